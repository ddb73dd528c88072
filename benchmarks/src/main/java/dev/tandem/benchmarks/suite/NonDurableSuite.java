package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.ReplyQueues;
import dev.tandem.benchmarks.storage.SpilledBacklog;
import java.util.List;

/** Logs that end with the engine: short-lived ones, and one that is far longer than the memory for it. */
final class NonDurableSuite {
    private final Bench bench;

    NonDurableSuite(Bench bench) {
        this.bench = bench;
    }

    void run() {
        replyQueues();
        spilledBacklog();
    }

    private void replyQueues() {
        var work = new ReplyQueues(bench.scaled(1_000_000));
        String name = "storage reply queue made, used and deleted (RocksDB: one row, no WAL)";
        bench.compare(
                name,
                List.of(name + ", us"),
                () -> List.of(work.tandem(bench.newDirectory("tandem"))),
                () -> List.of(work.raw(bench.newDirectory("rocksdb"))));
    }

    private void spilledBacklog() {
        var work = new SpilledBacklog(bench.scaled(500_000));
        String name = "storage non-durable backlog of " + work.count() + " messages of 1 KiB";
        bench.compare(
                name,
                List.of(name + ": fill, msg/s", name + ": drain, msg/s"),
                () -> figures(work.tandem(bench.newDirectory("tandem"))),
                () -> figures(work.raw(bench.newDirectory("rocksdb"))));
    }

    private static List<Double> figures(SpilledBacklog.Rates rates) {
        return List.of(rates.fill(), rates.drain());
    }
}
