package dev.tandem.storage.log;

/**
 * A record found by its timestamp.
 *
 * @param leaderEpoch the start of the broker that appended it
 */
public record TimedOffset(long offset, long timestampMillis, int leaderEpoch) {}
