package dev.tandem.storage.log;

/**
 * Where a leader epoch ends in a log.
 *
 * @param leaderEpoch the largest epoch of the log that is not past the one asked for; the one asked for when there is none
 * @param endOffset where the next larger epoch begins, or where the log ends
 */
public record EpochEnd(int leaderEpoch, long endOffset) {}
