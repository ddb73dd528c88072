package dev.tandem.kafka;

import java.util.concurrent.atomic.LongAdder;

/** Totals since start. Counted on event loops, read by any thread. */
public final class KafkaCounters {
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder recordsProduced = new LongAdder();
    private final LongAdder bytesProduced = new LongAdder();
    private final LongAdder recordsFetched = new LongAdder();
    private final LongAdder bytesFetched = new LongAdder();

    /** Counts an accepted connection. */
    public void connectionOpened() {
        connectionsOpened.increment();
    }

    /** Counts a connection's end. */
    public void connectionClosed() {
        connectionsClosed.increment();
    }

    /** Counts a request. */
    public void requested() {
        requests.increment();
    }

    /** Counts an appended batch. */
    public void produced(long records, long bytes) {
        recordsProduced.add(records);
        bytesProduced.add(bytes);
    }

    /** Counts what a fetch was given. */
    public void fetched(long records, long bytes) {
        recordsFetched.add(records);
        bytesFetched.add(bytes);
    }

    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    public long connectionsClosed() {
        return connectionsClosed.sum();
    }

    public long requests() {
        return requests.sum();
    }

    public long recordsProduced() {
        return recordsProduced.sum();
    }

    public long bytesProduced() {
        return bytesProduced.sum();
    }

    public long recordsFetched() {
        return recordsFetched.sum();
    }

    public long bytesFetched() {
        return bytesFetched.sum();
    }
}
