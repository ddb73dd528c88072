package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.ColdScan;
import dev.tandem.benchmarks.storage.TailRead;

/** Reads behind the writer, and from the disk. */
final class ReadSuite {
    private final Bench bench;
    private final StorageRows rows;

    ReadSuite(Bench bench) {
        this.bench = bench;
        this.rows = new StorageRows(bench);
    }

    void run() {
        var tail = new TailRead(bench.scaled(8_192));
        rows.compare("tail read of 64 KiB batches", "batches/s", tail::tandem, tail::raw);
        var large = new ColdScan(64 << 10, bench.scaled(8_192));
        rows.compare("cold scan of 64 KiB batches", "batches/s", large::tandem, large::raw);
        var small = new ColdScan(4 << 10, bench.scaled(131_072));
        rows.compare("cold scan of 4 KiB batches", "batches/s", small::tandem, small::raw);
    }
}
