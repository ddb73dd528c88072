package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.WriteBatch;

/**
 * A backlog of 100-byte messages is published, outlives a restart, and is drained: read, and acknowledged in order.
 *
 * @param settleSeconds time in which the disk should be given back
 */
public record Backlog(long count, long settleSeconds) {
    private static final int PER_COMMIT = 1_000;
    private static final int BODY = 100;

    /**
     * What became of the backlog.
     *
     * @param reopenMillis time to open the directory that holds it
     * @param heapGrowthBytes heap in use with the backlog less that with half of it
     * @param peakBytes files when the backlog was largest
     * @param endBytes files once the space was given back or the time for it was over
     * @param settleMillis how long after the drain less than a tenth of the peak was left; -1 when never
     */
    public record Drained(
            Rate rate, double reopenMillis, long heapGrowthBytes, long peakBytes, long endBytes, long settleMillis) {}

    /** Drains with the engine. */
    public Drained tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.ACKNOWLEDGED)[0];
            Slice message = EngineRun.message(BODY);
            var publisher = new Callers(
                    run.engine(),
                    Durability.WRITTEN,
                    PER_COMMIT * 10,
                    (caller, number) -> new Change.AppendMessage(id, message, 1_000, Long.MAX_VALUE, false));
            // The first half fills the tail cache, whose size is a setting.
            publisher.run(1, count / 2);
            long heapBefore = heapInUse();
            publisher.run(1, count - count / 2);
            long heapGrowth = heapInUse() - heapBefore;
            long reopenNanos = run.reopen();
            long peak = Directory.sizeInBytes(directory);

            Log log = run.log(id);
            long start = System.nanoTime();
            long next = 0;
            while (next < count) {
                next = consume(run, log, next, count);
            }
            run.engine()
                    .commit(
                            Commit.builder().add(new Change.Acknowledge(id, 0, new long[] {0, count})),
                            Durability.SYNCED)
                    .join();
            Rate rate = Rate.of(count, System.nanoTime() - start);
            long settle = settle(directory, peak);
            return new Drained(rate, reopenNanos / 1e6, heapGrowth, peak, Directory.sizeInBytes(directory), settle);
        }
    }

    /** What a consumer does that keeps up with its publisher: the same messages, read and acknowledged as they come. */
    public Rate flow(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.ACKNOWLEDGED)[0];
            Slice message = EngineRun.message(BODY);
            var publisher = new Callers(
                    run.engine(),
                    Durability.WRITTEN,
                    PER_COMMIT * 10,
                    (caller, number) -> new Change.AppendMessage(id, message, 1_000, Long.MAX_VALUE, false));
            Log log = run.log(id);
            long start = System.nanoTime();
            var publishing = CompletableFuture.supplyAsync(() -> publisher.run(1, count));
            long next = 0;
            while (next < count) {
                if (next == log.writtenEnd()) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
                } else {
                    next = consume(run, log, next, log.writtenEnd());
                }
            }
            publishing.join();
            return Rate.of(count, System.nanoTime() - start);
        }
    }

    /** Reads on and acknowledges what came; returns where to read on. */
    private static long consume(EngineRun run, Log log, long next, long end) {
        LogRead read = log.read(next, end, 256 << 10);
        var commit = Commit.builder().add(new Change.Acknowledge(log.id(), 0, new long[] {next, read.nextOffset()}));
        read.release();
        run.engine().submit(commit.build(Durability.WRITTEN, Runnable::run, result -> {}));
        return read.nextOffset();
    }

    /** Drains with RocksDB: one row a message, read by an iterator and deleted. */
    public Drained raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(BODY);
            store.write(count, PER_COMMIT, PER_COMMIT, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(1, i), value);
                }
            });
            long reopenNanos = store.reopen();
            long peak = Directory.sizeInBytes(directory);
            Rate rate = store.write(count, PER_COMMIT, PER_COMMIT, false, (batch, first, end) -> {
                store.read(RawStore.key(1, first), (end - first) * BODY);
                delete(batch, first, end);
            });
            return new Drained(rate, reopenNanos / 1e6, 0, peak, Directory.sizeInBytes(directory), -1);
        }
    }

    private static void delete(WriteBatch batch, long first, long end) throws org.rocksdb.RocksDBException {
        for (long i = first; i < end; i++) {
            batch.delete(RawStore.key(1, i));
        }
    }

    private long settle(Path directory, long peak) {
        long start = System.nanoTime();
        for (long waited = 0; waited < settleSeconds * 1_000; waited = millisSince(start)) {
            if (Directory.sizeInBytes(directory) < peak / 10) {
                return waited;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return -1;
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static long heapInUse() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
