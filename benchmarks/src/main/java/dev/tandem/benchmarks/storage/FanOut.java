package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;

/**
 * Publishes large messages to several queues at once, until all of it is in data files; RocksDB puts the body under one
 * key and a row of the size of a queue's record under one key per queue.
 */
public record FanOut(int count, int queues, int bodyBytes) {
    private static final int WINDOW = 64;
    /** About what a queue's record and the batch around it take. */
    private static final int RECORD_BYTES = 160;

    /**
     * What one run gave.
     *
     * @param bytesPerByte bytes that the process wrote to files, write-ahead log included, for each byte published
     */
    public record Published(Rate rate, double bytesPerByte) {}

    /** Publishes with the engine. */
    public Published tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long[] logs = run.createLogs(queues, Retention.ACKNOWLEDGED);
            Slice body = Slice.of(EngineRun.payload(bodyBytes));
            long written = DiskWrites.total();
            Rate rate = publish(run, logs, body);
            // What is in memtables still is written by the stop.
            run.reopen();
            return new Published(rate, perByte(DiskWrites.total() - written));
        }
    }

    private Rate publish(EngineRun run, long[] logs, Slice body) {
        var window = new Semaphore(WINDOW);
        var latency = new Histogram(3);
        long syncs = run.engine().metrics().syncs();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            long begun = System.nanoTime();
            // A body's CRC and the record are what a publish computes once.
            var reference = BodyReference.to(body);
            Slice none = Slice.of(new byte[2]);
            Slice record = MessageRecord.encodeShared(true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, none, reference);
            var commit = Commit.builder().add(new Change.StoreBody(body, reference.crc()));
            for (long log : logs) {
                commit.add(new Change.AppendMessage(log, record, 1_000, Long.MAX_VALUE, false, true));
            }
            run.engine().submit(commit.build(Durability.SYNCED, Runnable::run, result -> {
                latency.recordValue((System.nanoTime() - begun) / 1_000);
                window.release();
            }));
        }
        window.acquireUninterruptibly(WINDOW);
        return Rate.of(count, run.engine().metrics().syncs() - syncs, System.nanoTime() - start, latency);
    }

    /** Publishes with RocksDB; rate, and bytes written for each byte published. */
    public Published raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] body = EngineRun.payload(bodyBytes);
            byte[] record = EngineRun.payload(RECORD_BYTES);
            long written = DiskWrites.total();
            Rate rate = store.write(count, 1, WINDOW, true, (batch, first, end) -> {
                batch.put(RawStore.key(0, first), body);
                for (int queue = 1; queue <= queues; queue++) {
                    batch.put(RawStore.key(queue, first), record);
                }
            });
            store.flush();
            return new Published(rate, perByte(DiskWrites.total() - written));
        }
    }

    private double perByte(long written) {
        return written / ((double) count * bodyBytes);
    }
}
