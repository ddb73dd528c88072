package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One reader follows one writer of 64 KiB batches; the rate is that of the pair. */
public record TailRead(long count) {
    private static final int SIZE = 64 << 10;
    private static final int WINDOW = 64;
    private static final int PER_RAW_BATCH = 16;
    private static final int MAX_READ = 1 << 20;

    /** The engine's rate. */
    public Rate tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.ACKNOWLEDGED)[0];
            Log log = run.log(id);
            Slice batch = EngineRun.batch(SIZE);
            var callers = new Callers(
                    run.engine(),
                    Durability.WRITTEN,
                    WINDOW,
                    (caller, number) -> new Change.AppendBatch(id, batch, 1, 1_000, null));
            long start = System.nanoTime();
            var writing = CompletableFuture.supplyAsync(() -> callers.run(1, count));
            long next = 0;
            while (next < count) {
                if (next == log.writtenEnd()) {
                    LockSupport.parkNanos(20_000);
                } else {
                    LogRead read = log.read(next, log.writtenEnd(), MAX_READ);
                    next = read.nextOffset();
                    read.release();
                }
            }
            writing.join();
            return Rate.of(count, System.nanoTime() - start);
        }
    }

    /** RocksDB's rate: the reader seeks to where it was, and iterates. */
    public Rate raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(SIZE);
            var written = new AtomicLong();
            long start = System.nanoTime();
            var writing = CompletableFuture.supplyAsync(
                    () -> store.write(count, PER_RAW_BATCH, WINDOW, false, (batch, first, end) -> {
                        written.set(first);
                        for (long i = first; i < end; i++) {
                            batch.put(RawStore.key(1, i), value);
                        }
                    }));
            writing.thenRun(() -> written.set(count));
            long next = 0;
            while (next < count) {
                if (next == written.get()) {
                    LockSupport.parkNanos(20_000);
                } else {
                    next += store.read(RawStore.key(1, next), MAX_READ).count();
                }
            }
            writing.join();
            return Rate.of(count, System.nanoTime() - start);
        }
    }
}
