package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.AckPatterns;
import dev.tandem.benchmarks.storage.AckPatterns.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Acknowledgements of a large backlog in the orders in which consumers acknowledge, and what they write to the disk. */
final class AckSuite {
    private static final int SETTLE_SECONDS = 30;

    private final Bench bench;

    AckSuite(Bench bench) {
        this.bench = bench;
    }

    void run() {
        for (Order order : Order.values()) {
            measure(new AckPatterns(bench.scaled(10_000_000), order, SETTLE_SECONDS));
        }
    }

    private void measure(AckPatterns work) {
        var runs = new ArrayList<AckPatterns.Acked>();
        String name = "storage acks of " + work.count() + " messages " + work.order();
        bench.compareLong(
                name,
                List.of(name + " (RocksDB: deletes), acks/s", name + ": bytes written to files per ack"),
                noted(runs, () -> work.tandem(bench.newDirectory("tandem"))),
                () -> Arrays.stream(work.raw(bench.newDirectory("rocksdb")))
                        .boxed()
                        .toList());
        if (!runs.isEmpty()) {
            var last = runs.get(runs.size() - 1);
            bench.comment(String.format(
                    Locale.ROOT,
                    "  Tandem, last run: %.2f bytes of write batches per ack; heap grew by %d KiB; disk %.1f MB before, %.1f MB after, %s",
                    last.batchBytesPerAck(),
                    last.heapGrowthBytes() >> 10,
                    last.peakBytes() / 1e6,
                    last.endBytes() / 1e6,
                    last.settleMillis() < 0
                            ? "not below a tenth within " + SETTLE_SECONDS + " s"
                            : "below a tenth after " + last.settleMillis() + " ms"));
        }
    }

    private static Supplier<List<Double>> noted(List<AckPatterns.Acked> runs, Supplier<AckPatterns.Acked> run) {
        return () -> {
            AckPatterns.Acked acked = run.get();
            runs.add(acked);
            return List.of(acked.rate().perSecond(), acked.diskBytesPerAck());
        };
    }
}
