package dev.tandem.benchmarks.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** RabbitMQ's PerfTest. */
public final class PerfTest {
    private static final double MICROS_PER_MILLI = 1_000;
    private static final Pattern INTERVAL = Pattern.compile("time (?<at>[\\d.]+) s,.*?received: (?<rate>\\d+) msg/s.*");
    private static final Pattern SENT_AVERAGE = Pattern.compile("sending rate avg: (?<rate>\\d+) msg/s");
    private static final Pattern CONSUMER_LATENCY = latency("consumer latency");
    private static final Pattern CONFIRM_LATENCY = latency("confirm latency");

    private final String classPath;

    /** A tool on the class path of PerfTest. */
    public PerfTest(String classPath) {
        this.classPath = classPath;
    }

    /** Starts one process. */
    public Tool start(String uri, String queue, int seconds, List<String> arguments) {
        var command = new ArrayList<String>(List.of(
                "java",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                "com.rabbitmq.perf.PerfTest",
                "--uri",
                uri,
                "--queue",
                queue,
                "--routing-key",
                queue,
                "--time",
                Integer.toString(seconds)));
        command.addAll(arguments);
        return Tool.start(command);
    }

    /** Waits for the end of one process; intervals of the first {@code warmupSeconds} are left out of rates. */
    public Result await(Tool tool, int seconds, int warmupSeconds) {
        return parse(
                tool.await(Duration.ofSeconds(seconds).plusSeconds(60)).requireSuccess("PerfTest"),
                seconds,
                warmupSeconds);
    }

    static Result parse(String output, int seconds, int warmupSeconds) {
        var warm = new ArrayList<String>();
        var interval = INTERVAL.matcher(output);
        while (interval.find()) {
            if (Double.parseDouble(interval.group("at")) > warmupSeconds + 0.5) {
                warm.add(interval.group());
            }
        }
        var sent = SENT_AVERAGE.matcher(output);
        if (warm.isEmpty() || !sent.find()) {
            throw new IllegalStateException("PerfTest printed no rates:\n" + output);
        }
        return new Result(
                warm.stream()
                        .mapToDouble(line -> figure(INTERVAL, "rate", line))
                        .average()
                        .orElseThrow(),
                Double.parseDouble(sent.group("rate")) * seconds,
                Latency.of(CONSUMER_LATENCY, warm),
                Latency.of(CONFIRM_LATENCY, warm));
    }

    /** In an interval's line: minimum, median, 75th, 95th and 99th percentile. */
    private static Pattern latency(String kind) {
        return Pattern.compile(kind + ": \\d+/(?<median>\\d+)/\\d+/\\d+/(?<p99>\\d+) µs");
    }

    private static double figure(Pattern pattern, String group, String line) {
        var matcher = pattern.matcher(line);
        return matcher.find() ? Double.parseDouble(matcher.group(group)) : Double.NaN;
    }

    /**
     * What one process saw.
     *
     * @param receivedPerSecond mean of the intervals after the warm-up
     * @param messages messages sent over the whole run
     */
    public record Result(double receivedPerSecond, double messages, Latency consumer, Latency confirm) {}

    /** Medians of the percentiles of the intervals after the warm-up; NaN where this kind was not measured. */
    public record Latency(double p50Millis, double p99Millis) {

        private static Latency of(Pattern pattern, List<String> lines) {
            return new Latency(median(pattern, "median", lines), median(pattern, "p99", lines));
        }

        private static double median(Pattern pattern, String group, List<String> lines) {
            double[] sorted = lines.stream()
                    .mapToDouble(line -> figure(pattern, group, line) / MICROS_PER_MILLI)
                    .sorted()
                    .toArray();
            return sorted[sorted.length / 2];
        }
    }
}
