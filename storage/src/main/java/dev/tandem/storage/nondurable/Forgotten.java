package dev.tandem.storage.nondurable;

/**
 * Offsets of a log that nobody needs any more, some of which the disk may have.
 *
 * @param endOffset exclusive
 */
record Forgotten(long logId, long firstOffset, long endOffset) {}
