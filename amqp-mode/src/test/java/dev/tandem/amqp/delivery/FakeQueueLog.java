package dev.tandem.amqp.delivery;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A log that remembers what was acknowledged, and may need a turn of the loop to find a message. */
final class FakeQueueLog implements QueueLog {
    final TreeSet<Long> acknowledged = new TreeSet<>();
    final Map<Long, Integer> returns = new HashMap<>();
    private final List<Slice> records = new ArrayList<>();
    private final Map<Long, Boolean> fetched = new HashMap<>();
    private final TreeSet<Long> before = new TreeSet<>();
    private final ManualLoop loop;
    private final Runnable wake;
    private final boolean isCold;
    private final Map<Long, StorageException> failures = new HashMap<>();
    long deliveredEnd;

    FakeQueueLog(ManualLoop loop, Runnable wake, boolean isCold) {
        this.loop = loop;
        this.wake = wake;
        this.isCold = isCold;
    }

    void append(long expiresAtMillis) {
        byte[] body = Long.toString(records.size()).getBytes(StandardCharsets.US_ASCII);
        records.add(MessageRecord.encode(
                true, expiresAtMillis, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[2]), Slice.of(body)));
        wake.run();
    }

    void acknowledgedBefore(long offset) {
        before.add(offset);
        acknowledged.add(offset);
    }

    @Override
    public long start() {
        return 0;
    }

    @Override
    public long end() {
        return records.size();
    }

    @Override
    public long acknowledgedBefore() {
        return before.size();
    }

    @Override
    public long nextUnacknowledged(long offset) {
        long at = offset;
        while (before.contains(at)) {
            at++;
        }
        return at;
    }

    @Override
    public long deliveredEnd() {
        return deliveredEnd;
    }

    @Override
    public DeliveryCounts deliveryCounts() {
        return new DeliveryCounts();
    }

    /** What becomes of reads of a message from now on; null when nothing is wrong any more. */
    void fail(long offset, @Nullable StorageException failure) {
        if (failure == null) {
            failures.remove(offset);
        } else {
            failures.put(offset, failure);
        }
        wake.run();
    }

    @Override
    public @Nullable StorageException failureAt(long offset) {
        return failures.get(offset);
    }

    @Override
    public @Nullable MessageView read(long offset) {
        if (failures.containsKey(offset)) {
            return null;
        }
        if (isCold && fetched.remove(offset) == null) {
            loop.execute(() -> {
                fetched.put(offset, true);
                wake.run();
            });
            return null;
        }
        return MessageView.read(records.get((int) offset), offset, 0);
    }

    @Override
    public void acknowledge(long offset) {
        if (!acknowledged.add(offset)) {
            throw new IllegalStateException("offset " + offset + " was acknowledged twice");
        }
    }

    @Override
    public void acknowledgeFrom(long offset) {
        for (long at = offset; at < end(); at++) {
            acknowledged.add(at);
        }
    }

    @Override
    public void countReturn(long offset) {
        returns.merge(offset, 1, Integer::sum);
    }

    @Override
    public void endTurn() {}

    @Override
    public void countArrived(ReadyBytes all) {}

    @Override
    public void skipUncounted(long offset) {}

    @Override
    public void idle() {}

    @Override
    public long sizeInBytes() {
        return 0;
    }

    @Override
    public void close(long deliveredEnd) {
        this.deliveredEnd = deliveredEnd;
    }

    @Override
    public void delete() {}
}
