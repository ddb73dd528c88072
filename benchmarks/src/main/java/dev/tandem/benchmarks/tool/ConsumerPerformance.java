package dev.tandem.benchmarks.tool;

import java.time.Duration;
import java.util.List;

/** Apache Kafka's {@code kafka-consumer-perf-test}. */
public final class ConsumerPerformance {
    private static final int FETCH_RECORDS_PER_SECOND = 9;

    private final String classPath;

    /** A tool on the class path of Apache Kafka. */
    public ConsumerPerformance(String classPath) {
        this.classPath = classPath;
    }

    /** Reads a topic from its start; records per second without the time the group took to form. */
    public double run(String bootstrap, String topic, long records) {
        return parse(Tool.run(
                        List.of(
                                "java",
                                "-Xmx512M",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                classPath,
                                "org.apache.kafka.tools.ConsumerPerformance",
                                "--bootstrap-server",
                                bootstrap,
                                "--topic",
                                topic,
                                "--group",
                                topic,
                                "--num-records",
                                Long.toString(records),
                                "--hide-header"),
                        Duration.ofMinutes(3))
                .requireSuccess("kafka-consumer-perf-test"));
    }

    static double parse(String output) {
        return output.lines()
                .map(line -> line.split(",\\s*"))
                .filter(fields -> fields.length == FETCH_RECORDS_PER_SECOND + 1)
                .mapToDouble(fields -> Double.parseDouble(fields[FETCH_RECORDS_PER_SECOND]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("kafka-consumer-perf-test printed no result:\n" + output));
    }
}
