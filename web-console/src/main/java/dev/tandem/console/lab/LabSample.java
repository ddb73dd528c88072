package dev.tandem.console.lab;

/**
 * One lane in the last quarter of a second.
 *
 * @param atMillis since the run began
 * @param backlog acknowledged, not yet received
 * @param storedBytes of its topic or queue; -1 when unknown
 */
public record LabSample(
        Side side,
        Phase phase,
        int round,
        long atMillis,
        double publishedPerSecond,
        double deliveredPerSecond,
        Percentiles ackLatency,
        Percentiles endToEndLatency,
        long backlog,
        long storedBytes) {}
