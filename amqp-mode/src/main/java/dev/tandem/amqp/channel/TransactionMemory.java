package dev.tandem.amqp.channel;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for what all open transactions together hold back. A client that never commits must not use up the broker; nor
 * would it help not to read its socket, since the commit comes through there. Safe for use from any thread.
 */
public final class TransactionMemory {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /** Memory of which nothing is used. */
    public TransactionMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** Counts bytes in; false, and nothing counted, when there is no room. */
    boolean tryTake(long bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }
}
