package dev.tandem.storage.clean;

import dev.tandem.storage.record.Slice;

/**
 * Opens record batches that a client wrote, for compaction: the engine itself neither decompresses nor compresses. Called
 * by the cleaner's thread alone.
 */
public interface BatchRewriter {

    /** Shows the visitor every key of a run of batches, in the order of offsets. Control batches have none. */
    void visitKeys(Slice batches, KeyVisitor visitor);

    /**
     * What remains of a run of batches. Records keep their offsets, batches their first and last offset, codec and producer;
     * control batches stay. A tombstone among the remaining goes once its batch's delete horizon has passed; a batch with
     * tombstones that has no horizon yet gets one.
     *
     * @param deleteRetentionMillis how long tombstones stay after they were first compacted
     * @return whole batches; empty when no record remains
     */
    Slice retain(Slice batches, KeyFilter filter, long nowMillis, long deleteRetentionMillis);

    /** Sees a key and the offset of its record. */
    @FunctionalInterface
    interface KeyVisitor {
        void visit(Slice key, long offset);
    }

    /** Whether a record is the newest of its key, as far as that is known. */
    @FunctionalInterface
    interface KeyFilter {
        boolean isNewest(Slice key, long offset);
    }
}
