package dev.tandem.amqp.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for bodies that arrive in several frames, of all connections together: a client may begin one on every channel and
 * finish none. Bodies of one frame are not counted, of which a connection can have but one under way. Safe for use from
 * any thread.
 */
public final class ContentMemory {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /** Memory of which nothing is used. */
    public ContentMemory(long limitBytes) {
        this.limitBytes = limitBytes;
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

    long usedBytes() {
        return usedBytes.get();
    }
}
