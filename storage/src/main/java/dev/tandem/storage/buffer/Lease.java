package dev.tandem.storage.buffer;

import java.util.ArrayList;
import java.util.List;

/**
 * The chunks that a group's values lie in, held together. Three hold a lease: the group until it is synced, the tail
 * cache until it evicts the group, and each reader that was given one of its entries until it says that it is done.
 */
public final class Lease {
    /** Of values that lie in arrays of their own. */
    public static final Lease NONE = new Lease(List.of());

    private final List<Chunk> chunks;

    private Lease(List<Chunk> chunks) {
        this.chunks = chunks;
    }

    /** One more holder; the caller knows of one that does not release it meanwhile. */
    public void retain() {
        chunks.forEach(Chunk::retain);
    }

    /** One holder less: it reads none of the values any more. */
    public void release() {
        chunks.forEach(Chunk::release);
    }

    /** Collects the chunks of a lease and holds them for it. */
    public static final class Builder {
        private final List<Chunk> chunks = new ArrayList<>();

        void add(Chunk chunk) {
            // Values come one behind the other: only the last chunk can be the same.
            if (chunks.isEmpty() || chunks.get(chunks.size() - 1) != chunk) {
                chunk.retain();
                chunks.add(chunk);
            }
        }

        /** The lease, held once. */
        public Lease build() {
            return chunks.isEmpty() ? NONE : new Lease(List.copyOf(chunks));
        }
    }
}
