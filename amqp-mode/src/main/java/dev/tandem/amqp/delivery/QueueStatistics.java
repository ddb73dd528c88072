package dev.tandem.amqp.delivery;

import java.util.concurrent.atomic.LongAdder;

/** What went through a queue since it is there. Publishers count on any thread, the rest is the owner's to write. */
public final class QueueStatistics {
    private final MessageCounters totals;
    private final LongAdder published = new LongAdder();
    private volatile QueueCounts counts = QueueCounts.NONE;
    private volatile long delivered;
    private volatile long acknowledged;
    private volatile long redelivered;

    /** Nothing yet; what is counted counts in the totals of the broker too. */
    QueueStatistics(MessageCounters totals) {
        this.totals = totals;
    }

    public LongAdder published() {
        return published;
    }

    public long delivered() {
        return delivered;
    }

    public long acknowledged() {
        return acknowledged;
    }

    public long redelivered() {
        return redelivered;
    }

    /** As they were shown last. */
    public QueueCounts counts() {
        return counts;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the owner alone
    void countDelivered(boolean again) {
        delivered++;
        if (again) {
            redelivered++;
            totals.redelivered().increment();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the owner alone
    void countAcknowledged(int count) {
        acknowledged += count;
        totals.acknowledged().add(count);
    }

    /** Shows everybody how many there are. */
    void show(long ready, long unacked, int consumers) {
        QueueCounts last = counts;
        if (last.ready() != ready || last.unacked() != unacked || last.consumers() != consumers) {
            counts = new QueueCounts(ready, unacked, consumers);
        }
    }
}
