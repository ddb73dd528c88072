package dev.tandem.console.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a comparison says, by rule.
 *
 * <p>Two figures differ when their bands over the rounds do not overlap and their medians are far enough apart: by a
 * twentieth after three rounds or more, by a quarter after two, by half after one. Otherwise there is no difference to report.
 *
 * @param quickLook rounds were too short or too few for more than a hint
 * @param headline throughput and latency in one line
 * @param sentences the rest
 */
public record Verdict(boolean quickLook, String headline, List<String> sentences) {
    private static final int ENOUGH_ROUNDS = 3;

    static Verdict of(Workload workload, long commonRate, LaneResult log, LaneResult queue) {
        double least = workload.repeats() >= ENOUGH_ROUNDS ? 1.05 : workload.repeats() == 2 ? 1.25 : 1.5;
        var parts = new ArrayList<String>();
        if (log.maximumPerSecond().median() > 0 && queue.maximumPerSecond().median() > 0) {
            parts.add(compare("throughput", "higher", log.maximumPerSecond(), queue.maximumPerSecond(), true, least));
        }
        if (log.endToEndP99().median() > 0 && queue.endToEndP99().median() > 0) {
            parts.add(compare(
                    String.format(Locale.ROOT, "p99 latency at %,d/s", commonRate),
                    "lower",
                    log.endToEndP99(),
                    queue.endToEndP99(),
                    false,
                    least));
        }
        var sentences = new ArrayList<String>();
        sentences.add(integrity(log, queue));
        if (log.afterDrain().bytes() >= 0 && queue.afterDrain().bytes() >= 0) {
            sentences.add(remains(log, queue));
        }
        sentences.add("This compares a log with a queue on Tandem's engine, not Kafka with RabbitMQ.");
        String headline = parts.isEmpty() ? "Nothing was measured." : String.join("; ", parts) + ".";
        return new Verdict(workload.isQuickLook(), capital(headline), sentences);
    }

    private static String compare(
            String what, String better, Band log, Band queue, boolean moreIsBetter, double least) {
        boolean logIsMore = log.median() >= queue.median();
        Band more = logIsMore ? log : queue;
        Band less = logIsMore ? queue : log;
        double ratio = more.median() / less.median();
        if (ratio < least || log.overlaps(queue)) {
            return "no difference in " + what;
        }
        Side winner = logIsMore == moreIsBetter ? Side.LOG : Side.QUEUE;
        return String.format(
                Locale.ROOT,
                "%s %.2f× (%.2f–%.2f) %s %s",
                winner.label(),
                ratio,
                more.lowest() / less.highest(),
                more.highest() / less.lowest(),
                better,
                what);
    }

    private static String integrity(LaneResult log, LaneResult queue) {
        var wrong = new ArrayList<String>();
        for (LaneResult lane : List.of(log, queue)) {
            add(wrong, lane, lane.lost(), "acknowledged messages never arrived");
            add(wrong, lane, lane.duplicated(), "messages arrived twice");
            add(wrong, lane, lane.outOfOrder(), "messages arrived before an earlier one");
            add(wrong, lane, lane.errors(), "publishes failed");
        }
        if (wrong.isEmpty()) {
            return String.format(
                    Locale.ROOT,
                    "Every one of %,d messages arrived once and in order.",
                    log.delivered() + queue.delivered());
        }
        return capital(String.join("; ", wrong)) + ".";
    }

    private static void add(List<String> wrong, LaneResult lane, long count, String what) {
        if (count > 0) {
            wrong.add(String.format(Locale.ROOT, "%s: %,d %s", lane.side().label(), count, what));
        }
    }

    private static String remains(LaneResult log, LaneResult queue) {
        Stock left = queue.afterDrain();
        return String.format(
                Locale.ROOT,
                "After everything was read, the log still holds %,d messages (%s) that anyone may read again; the queue"
                        + " holds %s.",
                log.afterDrain().messages(),
                Sizes.text(log.afterDrain().bytes()),
                left.messages() == 0
                        ? "none (" + Sizes.text(left.bytes()) + " not trimmed yet)"
                        : String.format(Locale.ROOT, "%,d (%s)", left.messages(), Sizes.text(left.bytes())));
    }

    private static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }
}
