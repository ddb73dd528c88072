package dev.tandem.storage.buffer;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Gives out arrays, first those that came back. The pool knows nothing of the arrays that are out: one whose holder never
 * releases it is left to the garbage collector, so that a forgotten release costs an allocation and nothing else.
 */
public final class ChunkPool {
    /** With its header just below a region of the G1 collector, or half of one. */
    public static final int CHUNK_SIZE = (1 << 20) - 64;

    private final ArrayBlockingQueue<byte[]> free;
    private final boolean wipes;

    private ChunkPool(int most, boolean wipes) {
        this.free = new ArrayBlockingQueue<>(most);
        this.wipes = wipes;
    }

    /** A pool that keeps at most so many bytes for later. */
    public static ChunkPool keeping(long bytes) {
        return new ChunkPool((int) Math.max(1, bytes / CHUNK_SIZE), false);
    }

    /** A pool that overwrites what comes back, so that tests notice who still reads it. */
    public static ChunkPool wiping() {
        return new ChunkPool(64, true);
    }

    /** Arrays that wait to be used again. */
    public int available() {
        return free.size();
    }

    Chunk take() {
        byte[] array = free.poll();
        return new Chunk(this, array == null ? new byte[CHUNK_SIZE] : array);
    }

    void giveBack(byte[] array) {
        if (wipes) {
            Arrays.fill(array, (byte) 0xDD);
        }
        free.offer(array); // one too many is left to the garbage collector
    }
}
