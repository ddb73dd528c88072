package dev.tandem.storage.log;

import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;

/**
 * Rows that were deleted: of the records of one log, or of the shared bodies.
 *
 * @param family whose rows
 * @param logId 0 for bodies
 * @param startOffset the first offset, or body id
 * @param endOffset exclusive; {@link Long#MAX_VALUE} when the log is gone
 * @param bytes what was stored in the range
 */
public record FreedRange(ColumnFamily family, long logId, long startOffset, long endOffset, long bytes) {

    /** Offsets of a log. */
    public FreedRange(long logId, long startOffset, long endOffset, long bytes) {
        this(ColumnFamily.RECORDS, logId, startOffset, endOffset, bytes);
    }

    /** Shared bodies from one id up to, not including, another. */
    public static FreedRange ofBodies(long firstId, long endId, long bytes) {
        return new FreedRange(ColumnFamily.BODIES, 0, firstId, endId, bytes);
    }

    /** The first key of the range. */
    byte[] from() {
        return key(startOffset);
    }

    /** The key behind the range. */
    byte[] to() {
        return key(endOffset);
    }

    private byte[] key(long number) {
        return family == ColumnFamily.BODIES ? StorageSchema.bodyKey(number) : StorageSchema.recordKey(logId, number);
    }

    /** Ranges of one place are dealt with as one. */
    Place place() {
        return new Place(family, logId);
    }

    /** The smallest range that covers both. */
    FreedRange cover(FreedRange other) {
        return new FreedRange(
                family,
                logId,
                Math.min(startOffset, other.startOffset),
                Math.max(endOffset, other.endOffset),
                bytes + other.bytes);
    }

    /** The records of one log, or all bodies. */
    record Place(ColumnFamily family, long logId) {}
}
