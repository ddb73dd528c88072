package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.JniCrossing;

/** The two ways in which a group's rows reach RocksDB; decision 0002 tells which is taken when. */
final class JniSuite {
    private final Bench bench;
    private final StorageRows rows;

    JniSuite(Bench bench) {
        this.bench = bench;
        this.rows = new StorageRows(bench);
    }

    void run() {
        compare(100, 2_000_000, 4_000);
        compare(1 << 10, 500_000, 2_000);
        compare(64 << 10, 8_192, 32);
    }

    private void compare(int size, int count, int perBatch) {
        var work = new JniCrossing(size, bench.scaled(count), perBatch);
        rows.compare(
                "JNI: values of " + size + " bytes serialised (peer: put from direct buffers)",
                "rows/s",
                work::serialised,
                work::direct);
    }
}
