package dev.tandem.storage.buffer;

import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/** Cuts chunks into the values of group after group. Commit thread. */
public final class Arena {
    /** Larger values get an array of their own: of a chunk less than a third may stay unused. */
    private static final int MAX_VALUE = 320 << 10;

    private final ChunkPool pool;
    private @Nullable Chunk current;
    private int used;

    public Arena(ChunkPool pool) {
        this.pool = pool;
    }

    /** Room for a value that {@code lease} holds from now on. */
    public Slice reserve(int length, Lease.Builder lease) {
        if (length > MAX_VALUE) {
            return Slice.of(new byte[length]);
        }
        Chunk chunk = current;
        if (chunk == null || length > ChunkPool.CHUNK_SIZE - used) {
            if (chunk != null) {
                chunk.release();
            }
            chunk = pool.take();
            current = chunk;
            used = 0;
        }
        lease.add(chunk);
        used += length;
        return Slice.of(chunk.array(), used - length, length);
    }
}
