package dev.tandem.amqp.delivery;

import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/** The messages of an exclusive or non-durable queue: encoded records in a ring, gone when acknowledged. */
final class TransientQueueLog implements QueueLog {
    private static final int MIN_CAPACITY = 16;

    private final MemoryBudget budget;
    private @Nullable Slice[] ring = new @Nullable Slice[MIN_CAPACITY];
    private long head;
    private long end;
    private volatile long sizeInBytes;

    TransientQueueLog(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Appends an encoded record that the budget has counted in. */
    void append(Slice record) {
        if (end - head == ring.length) {
            resize(ring.length * 2);
        }
        ring[index(end++)] = record;
        addSize(record.length());
    }

    @Override
    public long start() {
        return 0;
    }

    @Override
    public long end() {
        return end;
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
    public MessageView read(long offset) {
        Slice record = offset >= head && offset < end ? ring[index(offset)] : null;
        if (record == null) {
            throw new IllegalStateException("offset " + offset + " is not in the ring " + head + ".." + end);
        }
        return MessageView.read(record, offset, 0);
    }

    @Override
    public void acknowledge(long offset) {
        if (offset < head || offset >= end) {
            return;
        }
        Slice record = ring[index(offset)];
        if (record == null) {
            return;
        }
        ring[index(offset)] = null;
        addSize(-record.length());
        budget.release(record.length());
        while (head < end && ring[index(head)] == null) {
            head++;
        }
        if (ring.length > MIN_CAPACITY && end - head < ring.length / 8) {
            resize(ring.length / 2);
        }
    }

    @Override
    public void acknowledgeFrom(long offset) {
        for (long at = offset; at < end; at++) {
            acknowledge(at);
        }
    }

    @Override
    public void countReturn(long offset) {}

    @Override
    public void endTurn() {}

    @Override
    public void idle() {}

    @Override
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public void close(long deliveredEnd) {}

    @Override
    public void delete() {
        acknowledgeFrom(head);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the owner alone
    private void addSize(int bytes) {
        sizeInBytes += bytes;
    }

    private int index(long offset) {
        return (int) offset & (ring.length - 1);
    }

    private void resize(int capacity) {
        var resized = new @Nullable Slice[capacity];
        for (long at = head; at < end; at++) {
            resized[(int) at & (capacity - 1)] = ring[index(at)];
        }
        ring = resized;
    }
}
