package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.Appends;
import dev.tandem.benchmarks.storage.Backlog;
import dev.tandem.benchmarks.storage.ColdScan;
import dev.tandem.benchmarks.storage.RandomAcks;
import dev.tandem.benchmarks.storage.Rate;
import dev.tandem.benchmarks.storage.TailRead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The engine, in this process, against RocksDB alone through its Java binding. */
public final class StorageSuite {
    private static final int BATCH = 64 << 10;
    private static final int MESSAGE = 100;
    private static final int MESSAGE_WINDOW = 1_000;
    private static final int PER_RAW_BATCH = 500;
    private static final int SETTLE_SECONDS = 30;

    private final Bench bench;

    /** The suite of an invocation. */
    public StorageSuite(Bench bench) {
        this.bench = bench;
    }

    /** Measures every wanted row. */
    public void run() {
        bench.introduceStorage();
        for (boolean synced : List.of(false, true)) {
            String promise = synced ? "synced" : "written";
            appends("append 64 KiB batches " + promise, new Appends(true, BATCH, scaled(8_192), 1, 64, 1, synced, 16));
            for (int callers : List.of(1, 8, 64)) {
                int count = scaled(callers == 1 ? 1_000_000 : 3_000_000);
                appends(
                        "100-byte messages, " + callers + (callers == 1 ? " caller " : " callers ") + promise,
                        new Appends(false, MESSAGE, count, callers, MESSAGE_WINDOW, callers, synced, PER_RAW_BATCH));
            }
        }
        for (int logs : List.of(1, 10_000)) {
            appends(
                    "1 KiB messages to " + (logs == 1 ? "one log" : "10,000 logs") + " written",
                    new Appends(false, 1_024, scaled(500_000), 8, MESSAGE_WINDOW, logs, false, PER_RAW_BATCH));
        }
        var tail = new TailRead(scaled(8_192));
        compare("tail read of 64 KiB batches", "batches/s", tail::tandem, tail::raw);
        var large = new ColdScan(BATCH, scaled(8_192));
        compare("cold scan of 64 KiB batches", "batches/s", large::tandem, large::raw);
        var small = new ColdScan(4 << 10, scaled(131_072));
        compare("cold scan of 4 KiB batches", "batches/s", small::tandem, small::raw);
        randomAcks();
        backlog();
        new AckSuite(bench).run();
        new FanOutSuite(bench).run();
        new NonDurableSuite(bench).run();
    }

    private int scaled(int count) {
        return bench.scaled(count);
    }

    private void appends(String scenario, Appends work) {
        compare(scenario, work.isBatch() ? "batches/s" : "msg/s", work::tandem, work::raw);
    }

    private interface Work {
        Rate in(Path directory);
    }

    private void compare(String scenario, String unit, Work tandem, Work raw) {
        var tandemRates = new ArrayList<Rate>();
        var rawRates = new ArrayList<Rate>();
        String name = "storage " + scenario;
        bench.compare(
                name,
                List.of(name + ", " + unit),
                noted(tandemRates, () -> tandem.in(bench.newDirectory("tandem"))),
                noted(rawRates, () -> raw.in(bench.newDirectory("rocksdb"))));
        details(tandemRates, "Tandem");
        details(rawRates, "RocksDB");
    }

    private static Supplier<List<Double>> noted(List<Rate> rates, Supplier<Rate> run) {
        return () -> {
            Rate rate = run.get();
            rates.add(rate);
            return List.of(rate.perSecond());
        };
    }

    /** What the last run had besides its rate. */
    private void details(List<Rate> rates, String side) {
        if (!rates.isEmpty() && rates.get(rates.size() - 1).p99Millis() > 0) {
            bench.comment(
                    "  " + side + ", last run: " + rates.get(rates.size() - 1).details());
        }
    }

    private void randomAcks() {
        var work = new RandomAcks(scaled(1_000_000), 8);
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
        var work = new Backlog(scaled(2_000_000), SETTLE_SECONDS);
        var drained = new ArrayList<Backlog.Drained>();
        String name = "storage backlog of " + work.count() + " messages of 100 bytes";
        bench.compare(
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
}
