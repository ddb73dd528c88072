package dev.tandem.benchmarks.storage;

import dev.tandem.storage.nondurable.TransientLog;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rocksdb.RocksDBException;

/**
 * Makes a non-durable log, appends one message, reads and acknowledges it, and deletes the log; RocksDB puts, reads and
 * deletes one row without its write-ahead log.
 */
public record ReplyQueues(int count) {
    private static final int SIZE = 100;

    /** Microseconds a log takes. */
    public double tandem(Path directory) {
        ExecutorService owner = Executors.newSingleThreadExecutor();
        try (var run = new EngineRun(directory)) {
            TransientLogs logs = run.engine().transientLogs();
            long bytesBefore = run.engine().metrics().bytesWritten();
            long nanos =
                    CompletableFuture.supplyAsync(() -> use(logs, owner), owner).join();
            var after = run.engine().metrics();
            if (after.bytesWritten() != bytesBefore || after.spilledBytes() != 0 || after.transientLogs() != 0) {
                throw new IllegalStateException("short-lived logs left a trace: " + after);
            }
            return nanos / 1e3 / count;
        } finally {
            owner.shutdown();
        }
    }

    private long use(TransientLogs logs, ExecutorService owner) {
        Slice message = EngineRun.message(SIZE);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            TransientLog log = logs.create(owner, () -> {});
            logs.budget().take(message);
            log.append(message);
            MessageView read = log.read(0);
            if (read == null || read.body().length() != SIZE) {
                throw new IllegalStateException("the message is not there");
            }
            log.acknowledge(0);
            log.delete();
        }
        return System.nanoTime() - start;
    }

    /** Microseconds a row takes. */
    public double raw(Path directory) {
        try (var store = new RawStore(directory)) {
            return store.putReadDelete(count, EngineRun.payload(SIZE)) / 1e3 / count;
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }
}
