package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.nondurable.TransientLog;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/** The messages of an exclusive or non-durable queue: a log that no commit knows of, gone with the broker. */
final class TransientQueueLog implements QueueLog {
    private final TransientLog log;
    private boolean countsBytes;
    private long arrivedBytes;

    /**
     * An empty log.
     *
     * @param wake called on the owner when there is more to read
     */
    TransientQueueLog(TransientLogs logs, EventExecutor owner, Runnable wake) {
        this.log = logs.create(owner, wake);
    }

    /** Appends an encoded record that the memory budget has counted in. */
    void append(Slice record) {
        log.append(record);
        if (countsBytes) {
            arrivedBytes += MessageView.read(record, 0, 0).bodyLength();
        }
    }

    /** From the first time it is asked for, which is before anything arrives. */
    @Override
    public void countArrived(ReadyBytes all) {
        countsBytes = true;
        all.arrived(arrivedBytes);
        arrivedBytes = 0;
    }

    @Override
    public void skipUncounted(long offset) {}

    @Override
    public long start() {
        return 0;
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public long acknowledgedBefore() {
        return 0;
    }

    @Override
    public long nextUnacknowledged(long offset) {
        return offset;
    }

    @Override
    public long deliveredEnd() {
        return 0;
    }

    @Override
    public DeliveryCounts deliveryCounts() {
        return new DeliveryCounts();
    }

    @Override
    public @Nullable MessageView read(long offset) {
        return log.read(offset);
    }

    @Override
    public @Nullable StorageException failureAt(long offset) {
        return log.damageAt(offset);
    }

    @Override
    public void acknowledge(long offset) {
        log.acknowledge(offset);
    }

    @Override
    public void acknowledgeFrom(long offset) {
        log.acknowledgeFrom(offset);
    }

    @Override
    public void countReturn(long offset) {}

    @Override
    public void endTurn() {
        log.endTurn();
    }

    @Override
    public void idle() {
        log.idle();
    }

    @Override
    public long sizeInBytes() {
        return log.sizeInBytes();
    }

    @Override
    public void close(long deliveredEnd) {}

    @Override
    public void delete() {
        log.delete();
    }
}
