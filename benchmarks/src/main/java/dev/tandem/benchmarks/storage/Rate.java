package dev.tandem.benchmarks.storage;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How fast a run was.
 *
 * @param perSecond units of work a second
 * @param syncsPerSecond syncs of the write-ahead log a second
 * @param p50Millis median time from submission to acknowledgement
 * @param p99Millis 99th percentile of it
 */
public record Rate(double perSecond, double syncsPerSecond, double p50Millis, double p99Millis) {

    static Rate of(long units, long syncs, long nanos, Histogram latencyMicros) {
        double seconds = nanos / 1e9;
        return new Rate(
                units / seconds,
                syncs / seconds,
                latencyMicros.getValueAtPercentile(50) / 1e3,
                latencyMicros.getValueAtPercentile(99) / 1e3);
    }

    static Rate of(long units, long nanos) {
        return new Rate(units * 1e9 / nanos, 0, 0, 0);
    }

    /** The figures besides the rate, for a comment line. */
    public String details() {
        return String.format(
                Locale.ROOT, "%.0f syncs/s, p50 %.2f ms, p99 %.2f ms", syncsPerSecond, p50Millis, p99Millis);
    }
}
