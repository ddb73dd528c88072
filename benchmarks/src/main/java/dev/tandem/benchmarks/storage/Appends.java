package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;

/**
 * Appends of one size.
 *
 * @param isBatch whole record batches as Kafka clients send them; otherwise messages of that body size
 * @param count how many are appended
 * @param callers each with a window of its own
 * @param window appends that a caller has outstanding
 * @param logs logs in use; each caller appends to all of them in turn, or to its own where there are as many
 * @param perRawBatch puts that RocksDB gets in one write
 */
public record Appends(
        boolean isBatch, int size, long count, int callers, int window, int logs, boolean synced, int perRawBatch) {

    /** The engine's rate. */
    public Rate tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long[] ids = run.createLogs(logs, Retention.EXPLICIT);
            Slice content = isBatch ? EngineRun.batch(size) : EngineRun.message(size);
            var callers = new Callers(
                    run.engine(), synced ? Durability.SYNCED : Durability.WRITTEN, window, (caller, number) -> {
                        long log = ids[logOf(caller, number)];
                        return isBatch
                                ? new Change.AppendBatch(log, content, 1, 1_000, null)
                                : new Change.AppendMessage(log, content, 1_000, Long.MAX_VALUE, false);
                    });
            return callers.run(this.callers, count);
        }
    }

    /** RocksDB's rate, one row an append. */
    public Rate raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(size);
            return store.write(count, perRawBatch, (long) window * callers, synced, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(logOf((int) (i % callers), i / callers), i), value);
                }
            });
        }
    }

    private int logOf(int caller, long number) {
        return (int) ((caller + (logs > callers ? number * callers : 0)) % logs);
    }
}
