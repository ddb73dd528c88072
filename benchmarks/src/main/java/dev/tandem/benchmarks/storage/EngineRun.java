package dev.tandem.benchmarks.storage;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.Random;

/** The engine on a directory that lives as long as the run. */
final class EngineRun implements AutoCloseable {
    private final Path directory;
    private StorageEngine engine;

    EngineRun(Path directory) {
        this.directory = directory;
        this.engine = StorageEngine.open(StorageConfig.defaults(directory));
    }

    StorageEngine engine() {
        return engine;
    }

    /** Closes and opens the engine: nothing is cached any more. Returns how long opening took. */
    long reopen() {
        engine.close();
        long start = System.nanoTime();
        engine = StorageEngine.open(StorageConfig.defaults(directory));
        return System.nanoTime() - start;
    }

    long[] createLogs(int count, Retention retention) {
        long[] logs = new long[count];
        for (int from = 0; from < count; from += 1_000) {
            var commit = Commit.builder();
            for (int i = from; i < Math.min(count, from + 1_000); i++) {
                logs[i] = engine.allocateLogId();
                commit.add(new Change.CreateLog(logs[i], retention));
            }
            engine.commit(commit, Durability.SYNCED).join();
        }
        return logs;
    }

    Log log(long logId) {
        return engine.log(logId).join();
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        engine.close();
        Directory.delete(directory);
    }

    /** A record batch of one record, whose whole size is {@code size}. */
    static Slice batch(int size) {
        byte[] array = payload(size);
        RecordBatchLayout.putInt(array, RecordBatchLayout.BATCH_LENGTH, size - RecordBatchLayout.LENGTH_OVERHEAD);
        array[RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putShort(array, RecordBatchLayout.ATTRIBUTES, (short) 0);
        RecordBatchLayout.putInt(array, RecordBatchLayout.LAST_OFFSET_DELTA, 0);
        RecordBatchLayout.putLong(array, RecordBatchLayout.PRODUCER_ID, -1);
        RecordBatchLayout.putInt(array, RecordBatchLayout.RECORDS_COUNT, 1);
        RecordBatchLayout.putInt(array, RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(array, 0, size));
        return Slice.of(array);
    }

    /** A message with a body of {@code size} bytes. */
    static Slice message(int size) {
        Slice none = Slice.of(new byte[2]);
        return MessageRecord.encode(true, Long.MAX_VALUE, Slice.EMPTY, none, none, Slice.of(payload(size)));
    }

    /** Bytes that no compression makes smaller. */
    static byte[] payload(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
