package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.FanOut;
import java.util.List;

/** Large messages to several queues, and what they write to the disk. */
final class FanOutSuite {
    private static final int QUEUES = 10;
    private static final int BODY = 64 << 10;

    private final Bench bench;

    FanOutSuite(Bench bench) {
        this.bench = bench;
    }

    void run() {
        var work = new FanOut(bench.scaled(8_192), QUEUES, BODY);
        String name = "storage fan-out of 64 KiB to " + QUEUES + " queues synced";
        bench.compare(
                name,
                List.of(
                        name + " (RocksDB: body once, " + QUEUES + " rows), msg/s",
                        name + ": bytes written to files per byte published"),
                () -> figures(work.tandem(bench.newDirectory("tandem"))),
                () -> figures(work.raw(bench.newDirectory("rocksdb"))));
    }

    private static List<Double> figures(FanOut.Published published) {
        return List.of(published.rate().perSecond(), published.bytesPerByte());
    }
}
