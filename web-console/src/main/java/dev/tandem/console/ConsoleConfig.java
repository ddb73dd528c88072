package dev.tandem.console;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Settings of the console, keys {@code console.*}.
 *
 * @param port http port; 0 for any free one
 * @param allowedHosts further names by which a browser may call this console; loopback names and bound addresses always
 *     may
 * @param allowRemote whether pages and API, which have no login yet, answer callers from other machines
 * @param maxBodyBytes largest request body
 * @param maxLiveStreams open live streams at one time
 * @param metricsMaxSeries largest number of series in each per-topic, per-group or per-queue metric
 * @param labMaxDuration longest time one lane of a comparison may send in one round
 * @param labMaxBytes most bytes of messages one comparison may send
 */
public record ConsoleConfig(
        int port,
        List<String> allowedHosts,
        boolean allowRemote,
        int maxBodyBytes,
        int maxLiveStreams,
        int metricsMaxSeries,
        Duration labMaxDuration,
        long labMaxBytes) {

    public ConsoleConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("console.port must be between 0 and 65535, not " + port);
        }
        allowedHosts =
                allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        requirePositive("console.max-body-bytes", maxBodyBytes);
        requirePositive("console.max-live-streams", maxLiveStreams);
        requirePositive("console.metrics-max-series", metricsMaxSeries);
        requirePositive("console.lab-max-duration", labMaxDuration.toMillis());
        requirePositive("console.lab-max-bytes", labMaxBytes);
    }

    /** Port 15672, loopback callers only, a comparison of at most 10 minutes a lane and 2 GiB. */
    public static ConsoleConfig defaults() {
        return new ConsoleConfig(15_672, List.of(), false, 64 << 10, 64, 1_000, Duration.ofMinutes(10), 2L << 30);
    }

    /** The same settings on another port. */
    public ConsoleConfig withPort(int newPort) {
        return new ConsoleConfig(
                newPort,
                allowedHosts,
                allowRemote,
                maxBodyBytes,
                maxLiveStreams,
                metricsMaxSeries,
                labMaxDuration,
                labMaxBytes);
    }

    private static void requirePositive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be greater than 0, not " + value);
        }
    }
}
