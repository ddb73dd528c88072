package dev.tandem.console.live;

/**
 * Totals of one moment, and rates since the moment before, in units a second.
 *
 * @param at milliseconds since the epoch
 */
public record Sample(long at, LogSide log, QueueSide queue, Storage storage) {

    /** Topics and groups. */
    public record LogSide(
            double recordsInPerSecond,
            double recordsOutPerSecond,
            double bytesInPerSecond,
            double bytesOutPerSecond,
            double requestsPerSecond,
            long topics,
            long partitions,
            long records,
            long storedBytes,
            long groups,
            long lag,
            long connections) {}

    /** Exchanges and queues. */
    public record QueueSide(
            double publishedPerSecond,
            double deliveredPerSecond,
            double acknowledgedPerSecond,
            double confirmedPerSecond,
            double redeliveredPerSecond,
            long queues,
            long exchanges,
            long ready,
            long unacked,
            long consumers,
            long storedBytes,
            long connections,
            long channels,
            long returned,
            long unroutableDropped) {}

    /**
     * The engine beneath both; group size and sync latency since the sample before.
     *
     * @param alarm why writes are refused; empty when they are not
     */
    public record Storage(
            double commitsPerSecond,
            double commitGroupsPerSecond,
            double commitsPerGroup,
            double syncsPerSecond,
            double bytesWrittenPerSecond,
            long syncP50Micros,
            long syncP99Micros,
            double tailCacheHitRatio,
            long inFlightBytes,
            long liveDataBytes,
            long diskBytes,
            long diskFreeBytes,
            String alarm) {}
}
