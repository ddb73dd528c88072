package dev.tandem.console.lab;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A result as a table for a terminal. */
final class ResultTable {
    private static final String ROW = "%-34s %16s %16s%n";

    private final StringBuilder text = new StringBuilder();
    private final ComparisonResult result;

    private ResultTable(ComparisonResult result) {
        this.result = result;
    }

    static String of(ComparisonResult result) {
        var table = new ResultTable(result);
        table.build();
        return table.text.toString();
    }

    private void build() {
        Workload workload = result.workload();
        line("");
        row("", "log lane", "queue lane");
        row("", "Kafka topic", "AMQP queue");
        if (result.log().maximumPerSecond().median() > 0) {
            lanes("full speed, messages/s", lane -> band(lane.maximumPerSecond()));
        }
        line(String.format(Locale.ROOT, "at %,d messages/s each", result.commonRate()));
        latencies("  publish to acknowledgement, ", LaneResult::ackLatency);
        latencies("  publish to consumer, ", LaneResult::endToEndLatency);
        lanes("messages sent", lane -> count(lane.sent()));
        lanes(
                "lost / twice / out of order",
                lane -> count(lane.lost()) + " / " + count(lane.duplicated()) + " / " + count(lane.outOfOrder()));
        if (result.log().afterPublish().bytes() >= 0) {
            lanes(
                    "stored after publishing",
                    lane -> Sizes.text(lane.afterPublish().bytes()));
            lanes(
                    "stored after reading all",
                    lane -> Sizes.text(lane.afterDrain().bytes()));
            lanes("messages still readable", lane -> count(lane.afterDrain().messages()));
        }
        line("");
        line("both lanes: " + durability() + "; " + Sizes.text(workload.messageSize()) + " messages, "
                + workload.producers() + " producers, " + workload.consumers() + " consumers, "
                + workload.inFlight() + " in flight, " + workload.effectivePartitions() + " partitions");
        line(result.environment());
        if (result.limited()) {
            line("The byte limit ended rounds early.");
        }
        line("");
        line((result.verdict().quickLook() ? "Quick look, a hint only: " : "")
                + result.verdict().headline());
        result.verdict().sentences().forEach(this::line);
    }

    private String durability() {
        return switch (result.durability()) {
            case "always" -> "acknowledged after fsync (acks=all; durable queue, persistent, confirmed)";
            case "os" -> "acknowledged before fsync (storage.sync=os)";
            default -> "the same durability (acks=all; durable queue, persistent, confirmed)";
        };
    }

    private void latencies(String what, Function<LaneResult, Percentiles> of) {
        record Row(String name, Function<Percentiles, Long> value) {}
        for (Row row : List.of(
                new Row("p50", Percentiles::p50),
                new Row("p90", Percentiles::p90),
                new Row("p99", Percentiles::p99),
                new Row("p99.9", Percentiles::p999),
                new Row("max", Percentiles::max))) {
            lanes(what + row.name(), lane -> millis(row.value().apply(of.apply(lane))));
        }
    }

    private void lanes(String what, Function<LaneResult, String> figure) {
        row(what, figure.apply(result.log()), figure.apply(result.queue()));
    }

    private void row(String what, String log, String queue) {
        text.append(String.format(Locale.ROOT, ROW, what, log, queue));
    }

    private void line(String line) {
        text.append(line).append(System.lineSeparator());
    }

    private static String band(Band band) {
        return String.format(Locale.ROOT, "%,.0f", band.median());
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%,.2f ms", micros / 1_000.0);
    }
}
