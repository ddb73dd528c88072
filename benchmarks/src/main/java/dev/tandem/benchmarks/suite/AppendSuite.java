package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.Appends;
import java.util.List;

/** Appends of large batches and small messages, written and synced, by few callers and many, to one log and many. */
final class AppendSuite {
    private static final int BATCH = 64 << 10;
    private static final int MESSAGE = 100;
    private static final int MESSAGE_WINDOW = 1_000;
    private static final int PER_RAW_BATCH = 500;
    private static final int MANY_LOGS = 10_000;

    private final Bench bench;
    private final StorageRows rows;

    AppendSuite(Bench bench) {
        this.bench = bench;
        this.rows = new StorageRows(bench);
    }

    void run() {
        batches(false);
        batches(true);
        for (int callers : List.of(1, 8, 64)) {
            messages(callers, false);
            messages(callers, true);
        }
        oneAtATime();
        manyLogs();
    }

    private void batches(boolean synced) {
        var work = new Appends(true, BATCH, bench.scaled(16_384), 1, 64, 1, synced, 16);
        rows.compare("append 64 KiB batches " + promise(synced), "batches/s", work::tandem, work::raw);
    }

    private void messages(int callers, boolean synced) {
        int count = bench.scaled(callers == 1 ? 1_000_000 : 3_000_000);
        var work = new Appends(false, MESSAGE, count, callers, MESSAGE_WINDOW, callers, synced, PER_RAW_BATCH);
        String name = "100-byte messages, " + callers + (callers == 1 ? " caller " : " callers ") + promise(synced);
        if (synced) {
            rows.compareSynced(name, "msg/s", work::tandem, work::raw);
        } else {
            rows.compare(name, "msg/s", work::tandem, work::raw);
        }
    }

    /** What a sync costs who waits for it. */
    private void oneAtATime() {
        var work = new Appends(false, MESSAGE, bench.scaled(2_000), 1, 1, 1, true, 1);
        rows.compareSynced("100-byte messages, one at a time synced", "msg/s", work::tandem, work::raw);
    }

    private void manyLogs() {
        Appends one = toLogs(1);
        Appends many = toLogs(MANY_LOGS);
        rows.compare("1 KiB messages to one log written", "msg/s", one::tandem, one::raw);
        rows.compare("1 KiB messages to 10,000 logs written", "msg/s", many::tandem, many::raw);
        rows.compare("1 KiB messages to 10,000 logs (peer: Tandem, one log)", "msg/s", many::tandem, one::tandem);
    }

    private Appends toLogs(int logs) {
        return new Appends(false, 1_024, bench.scaled(500_000), 8, MESSAGE_WINDOW, logs, false, PER_RAW_BATCH);
    }

    private static String promise(boolean synced) {
        return synced ? "synced" : "written";
    }
}
