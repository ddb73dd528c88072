package dev.tandem.storage.log;

import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.Arrays;

/**
 * Rows that were deleted: records from one offset of a log to another or from one log to another, or shared bodies.
 *
 * @param family whose rows
 * @param logId 0 for bodies
 * @param startOffset the first offset, or body id
 * @param endLogId the log of the range's end
 * @param endOffset exclusive
 * @param bytes what was stored in the range
 * @param isThinned a range in the middle of a log: it may still hold records, or deletions that hide older rows
 */
public record FreedRange(
        ColumnFamily family,
        long logId,
        long startOffset,
        long endLogId,
        long endOffset,
        long bytes,
        boolean isThinned) {

    /** Offsets of a log below its start. */
    public static FreedRange emptied(long logId, long endOffset, long bytes) {
        return new FreedRange(ColumnFamily.RECORDS, logId, 0, logId, endOffset, bytes, false);
    }

    /** Offsets in the middle of a log, of which some records may be left. */
    public static FreedRange thinned(long logId, long startOffset, long endOffset, long bytes) {
        return new FreedRange(ColumnFamily.RECORDS, logId, startOffset, logId, endOffset, bytes, true);
    }

    /** All records of the logs from one id up to, not including, another. */
    public static FreedRange ofLogs(long firstLogId, long endLogId, long bytes) {
        return new FreedRange(ColumnFamily.RECORDS, firstLogId, 0, endLogId, 0, bytes, false);
    }

    /** Shared bodies from one id up to, not including, another. */
    public static FreedRange ofBodies(long firstId, long endId, long bytes) {
        return new FreedRange(ColumnFamily.BODIES, 0, firstId, 0, endId, bytes, false);
    }

    /** The first key of the range. */
    byte[] from() {
        return key(logId, startOffset);
    }

    /** The key behind the range. */
    byte[] to() {
        return key(endLogId, endOffset);
    }

    private byte[] key(long log, long number) {
        return family == ColumnFamily.BODIES ? StorageSchema.bodyKey(number) : StorageSchema.recordKey(log, number);
    }

    /** Whether two ranges of one place can be dealt with as one: what lies between them would be taken for deleted. */
    boolean joins(FreedRange other) {
        boolean touch =
                Arrays.compareUnsigned(from(), other.to()) <= 0 && Arrays.compareUnsigned(other.from(), to()) <= 0;
        return isThinned == other.isThinned && (isThinned || touch);
    }

    /** The records of the log, or all bodies. */
    Place place() {
        return new Place(family, logId);
    }

    /** The smallest range that covers both, which {@link #joins} allows. */
    FreedRange cover(FreedRange other) {
        boolean endsLater = endLogId > other.endLogId || (endLogId == other.endLogId && endOffset >= other.endOffset);
        FreedRange later = endsLater ? this : other;
        return new FreedRange(
                family,
                logId,
                Math.min(startOffset, other.startOffset),
                later.endLogId,
                later.endOffset,
                bytes + other.bytes,
                isThinned);
    }

    /** The records from one log on, or all bodies. */
    record Place(ColumnFamily family, long logId) {}
}
