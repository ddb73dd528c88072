package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.Random;

/** Acknowledges a backlog message by message in random order; RocksDB deletes one row a message in the same order. */
public record RandomAcks(int count, int callers) {
    private static final int WINDOW = 1_000;
    private static final int FILL = 1_000;

    /**
     * The engine's rate, and what it wrote.
     *
     * @param bytesPerAck bytes of write batches
     */
    public record Acked(Rate rate, double bytesPerAck) {}

    /** Acknowledges with the engine. */
    public Acked tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.ACKNOWLEDGED)[0];
            Slice message = EngineRun.message(100);
            for (int i = 0; i < count; i += FILL) {
                var commit = Commit.builder();
                for (int j = i; j < Math.min(count, i + FILL); j++) {
                    commit.add(new Change.AppendMessage(id, message, 1_000, Long.MAX_VALUE, false));
                }
                run.engine().commit(commit, Durability.WRITTEN).join();
            }
            int[] order = shuffled(count);
            long before = run.engine().metrics().bytesWritten();
            Rate rate = new Callers(run.engine(), Durability.WRITTEN, WINDOW, (caller, number) -> {
                        int offset = order[(int) (number * callers + caller)];
                        return new Change.Acknowledge(id, 0, new long[] {offset, offset + 1L});
                    })
                    .run(callers, count);
            return new Acked(rate, (run.engine().metrics().bytesWritten() - before) / (double) count);
        }
    }

    /** Deletes with RocksDB. */
    public Rate raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(100);
            store.write(count, FILL, FILL, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(1, i), value);
                }
            });
            int[] order = shuffled(count);
            return store.write(count, WINDOW, WINDOW, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.delete(RawStore.key(1, order[(int) i]));
                }
            });
        }
    }

    private static int[] shuffled(int count) {
        var random = new Random(7);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
