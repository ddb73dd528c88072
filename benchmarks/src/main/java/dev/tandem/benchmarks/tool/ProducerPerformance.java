package dev.tandem.benchmarks.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Apache Kafka's {@code kafka-producer-perf-test}. */
public final class ProducerPerformance {
    private static final Pattern STEADY_STATE = Pattern.compile(
            "(?<records>\\d+) steady state records sent, (?<rate>[\\d.]+) records/sec.*? (?<mean>[\\d.]+) ms avg latency.*?(?<p50>\\d+) ms 50th, \\d+ ms 95th, (?<p99>\\d+) ms 99th");

    private final String classPath;

    /** A tool on the class path of Apache Kafka. */
    public ProducerPerformance(String classPath) {
        this.classPath = classPath;
    }

    /**
     * Produces one topic full.
     *
     * @param warmupRecords the first of the records, left out of the result
     * @param perSecond records per second, -1 for as many as possible
     */
    public Result run(
            String bootstrap,
            String topic,
            long records,
            long warmupRecords,
            int recordSize,
            long perSecond,
            List<String> properties) {
        var command = new ArrayList<String>(List.of(
                "java",
                "-Xmx512M",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                "org.apache.kafka.tools.ProducerPerformance",
                "--bootstrap-server",
                bootstrap,
                "--topic",
                topic,
                "--num-records",
                Long.toString(records),
                "--warmup-records",
                Long.toString(warmupRecords),
                "--record-size",
                Integer.toString(recordSize),
                "--throughput",
                Long.toString(perSecond),
                "--command-property"));
        command.addAll(properties);
        return parse(Tool.run(command, Duration.ofMinutes(3)).requireSuccess("kafka-producer-perf-test"));
    }

    static Result parse(String output) {
        var steadyState = STEADY_STATE.matcher(output);
        if (!steadyState.find()) {
            throw new IllegalStateException("kafka-producer-perf-test printed no steady state:\n" + output);
        }
        return new Result(
                Double.parseDouble(steadyState.group("rate")),
                Double.parseDouble(steadyState.group("mean")),
                Double.parseDouble(steadyState.group("p50")),
                Double.parseDouble(steadyState.group("p99")));
    }

    /** The steady state: records per second and milliseconds to the acknowledgement, percentiles in whole ones. */
    public record Result(double recordsPerSecond, double meanMillis, double p50Millis, double p99Millis) {}
}
