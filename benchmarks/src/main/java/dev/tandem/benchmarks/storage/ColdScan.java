package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;

/** Reads a log from its start after a restart: nothing is cached but the operating system's pages. */
public record ColdScan(int size, long count) {
    private static final int WINDOW = 64;
    private static final int MAX_READ = 1 << 20;

    /** Batches a second; every batch's CRC is checked. */
    public Rate tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.EXPLICIT)[0];
            Slice batch = EngineRun.batch(size);
            new Callers(
                            run.engine(),
                            Durability.WRITTEN,
                            WINDOW,
                            (caller, number) -> new Change.AppendBatch(id, batch, 1, 1_000, null))
                    .run(1, count);
            run.reopen();
            Log log = run.log(id);
            long start = System.nanoTime();
            long next = log.startOffset();
            while (next < count) {
                next = log.read(next, count, MAX_READ).nextOffset();
            }
            return Rate.of(count, System.nanoTime() - start);
        }
    }

    /** Values a second of one iterator. */
    public Rate raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(size);
            store.write(count, 16, WINDOW, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(1, i), value);
                }
            });
            store.reopen();
            long start = System.nanoTime();
            int read = store.read(RawStore.key(1, 0), Long.MAX_VALUE).count();
            return Rate.of(read, System.nanoTime() - start);
        }
    }
}
