package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.Backlog;
import dev.tandem.benchmarks.storage.RandomAcks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What consumers of a queue do with many messages: acknowledge them at random, and drain a backlog after a restart. */
final class BacklogSuite {
    private static final int SETTLE_SECONDS = 30;

    private final Bench bench;

    BacklogSuite(Bench bench) {
        this.bench = bench;
    }

    void run() {
        randomAcks();
        backlog();
        besideNoBacklog();
    }

    private void randomAcks() {
        var work = new RandomAcks(bench.scaled(1_000_000), 8);
        var bytes = new double[1];
        String name = "storage random acks of single messages";
        bench.compare(
                name,
                List.of(name + " (RocksDB: deletes), acks/s"),
                () -> {
                    var acked = work.tandem(bench.newDirectory("tandem"));
                    bytes[0] = acked.bytesPerAck();
                    return List.of(acked.rate().perSecond());
                },
                () -> List.of(work.raw(bench.newDirectory("rocksdb")).perSecond()));
        if (bytes[0] > 0) {
            bench.comment(String.format(Locale.ROOT, "  Tandem, last run: %.1f bytes written per ack", bytes[0]));
        }
    }

    private void backlog() {
        var work = new Backlog(bench.scaled(10_000_000), SETTLE_SECONDS);
        var drained = new ArrayList<Backlog.Drained>();
        String name = "storage backlog of " + work.count() + " messages of 100 bytes";
        bench.compareLong(
                name,
                List.of(name + ": drain, msg/s", name + ": reopen, ms"),
                () -> {
                    drained.add(work.tandem(bench.newDirectory("tandem")));
                    return figures(drained.get(drained.size() - 1));
                },
                () -> figures(work.raw(bench.newDirectory("rocksdb"))));
        if (!drained.isEmpty()) {
            var last = drained.get(drained.size() - 1);
            bench.comment(String.format(
                    Locale.ROOT,
                    "  Tandem, last run: heap grew by %d KiB over the second half; disk %.1f MB at its peak, %.1f MB after the drain, %s",
                    last.heapGrowthBytes() >> 10,
                    last.peakBytes() / 1e6,
                    last.endBytes() / 1e6,
                    last.settleMillis() < 0
                            ? "not below a tenth within " + SETTLE_SECONDS + " s"
                            : "below a tenth after " + last.settleMillis() + " ms"));
        }
    }

    private static List<Double> figures(Backlog.Drained drained) {
        return List.of(drained.rate().perSecond(), drained.reopenMillis());
    }

    /** The bar: a backlog costs a consumer nothing that it would notice. */
    private void besideNoBacklog() {
        var work = new Backlog(bench.scaled(10_000_000), 0);
        String name = "storage drain of a backlog of " + work.count() + " messages (peer: Tandem, no backlog)";
        bench.compareLong(
                name,
                List.of(name + ", msg/s"),
                () -> List.of(work.tandem(bench.newDirectory("tandem")).rate().perSecond()),
                () -> List.of(work.flow(bench.newDirectory("tandem")).perSecond()));
    }
}
