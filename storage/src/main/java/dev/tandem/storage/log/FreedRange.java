package dev.tandem.storage.log;

/**
 * Offsets of a log whose records were deleted.
 *
 * @param endOffset exclusive; {@link Long#MAX_VALUE} when the log is gone
 * @param bytes batch bytes in the range
 */
public record FreedRange(long logId, long startOffset, long endOffset, long bytes) {

    /** The smallest range that covers both. */
    FreedRange cover(FreedRange other) {
        return new FreedRange(
                logId,
                Math.min(startOffset, other.startOffset),
                Math.max(endOffset, other.endOffset),
                bytes + other.bytes);
    }
}
