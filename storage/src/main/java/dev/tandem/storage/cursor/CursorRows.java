package dev.tandem.storage.cursor;

/**
 * Where an ack set's rows go: one write batch. Each value starts with a version byte; the keys (log, cursor, kind,
 * number) are the caller's.
 */
public interface CursorRows {

    /** The one head row of the cursor. */
    void putHead(byte[] value);

    /**
     * One of the delta rows.
     *
     * @param slot from 0 to {@code AckSet.MAX_DELTAS - 1}; overwritten again and again, never deleted
     */
    void putDelta(int slot, byte[] value);

    /**
     * One chunk row.
     *
     * @param chunk offset / 65,536
     */
    void putChunk(long chunk, byte[] value);

    /** Removes a chunk row. */
    void deleteChunk(long chunk);

    /** One row of delivery counts, by the number of its chunk. */
    void putCounts(long chunk, byte[] value);

    /** Removes a row of delivery counts. */
    void deleteCounts(long chunk);
}
