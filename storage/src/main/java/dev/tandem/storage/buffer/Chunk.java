package dev.tandem.storage.buffer;

import java.util.concurrent.atomic.AtomicInteger;

/** An array and how many hold it; the last one to release it gives it back to the pool. */
final class Chunk {
    private final ChunkPool pool;
    private final byte[] array;
    private final AtomicInteger holders = new AtomicInteger(1);

    Chunk(ChunkPool pool, byte[] array) {
        this.pool = pool;
        this.array = array;
    }

    byte[] array() {
        return array;
    }

    /** One more holder; the caller knows of one that does not release it meanwhile. */
    void retain() {
        if (holders.getAndIncrement() <= 0) {
            throw new IllegalStateException("a chunk was retained after it had been released by all");
        }
    }

    void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            pool.giveBack(array);
        } else if (left < 0) {
            throw new IllegalStateException("a chunk was released more often than it was retained");
        }
    }
}
