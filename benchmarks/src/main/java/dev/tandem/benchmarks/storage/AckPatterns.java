package dev.tandem.benchmarks.storage;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A backlog of 100-byte messages is acknowledged message by message in one of the orders in which consumers do; RocksDB
 * deletes one row a message in the same order.
 *
 * @param settleSeconds time in which the disk should be given back
 */
public record AckPatterns(int count, Order order, int settleSeconds) {
    private static final int WINDOW = 1_000;
    private static final int FILL = 1_000;
    private static final int STUCK = 1_000;

    /** In which order messages are acknowledged. */
    public enum Order {
        /** As they were published. */
        IN_ORDER("in order"),
        /** Any. */
        RANDOM("in random order"),
        /** As they were published, but for one in a thousand, which stays unacknowledged. */
        STUCK("but for one in a thousand");

        private final String text;

        Order(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * What one run gave.
     *
     * @param diskBytesPerAck bytes that the process wrote to files, from the first acknowledgement until the disk was at
     *     rest
     * @param batchBytesPerAck bytes of write batches
     * @param peakBytes files before the first acknowledgement
     * @param endBytes files once the space was given back, or the time for it was over
     * @param settleMillis how long after the last acknowledgement less than a tenth of the peak was left; -1 when never
     * @param heapGrowthBytes heap in use after the acknowledgements less that before
     */
    public record Acked(
            Rate rate,
            double diskBytesPerAck,
            double batchBytesPerAck,
            long peakBytes,
            long endBytes,
            long settleMillis,
            long heapGrowthBytes) {}

    /** Acknowledges with the engine. */
    public Acked tandem(Path directory) {
        try (var run = new EngineRun(directory)) {
            long id = run.createLogs(1, Retention.ACKNOWLEDGED)[0];
            Slice message = EngineRun.message(100);
            new Callers(
                            run.engine(),
                            Durability.WRITTEN,
                            FILL * 10,
                            (caller, number) -> new Change.AppendMessage(id, message, 1_000, Long.MAX_VALUE, false))
                    .run(1, count);
            // Publishing must not be counted: everything is in files.
            run.reopen();
            run.log(id);
            long[] offsets = offsets();
            long heapBefore = heapInUse();
            long peak = Directory.sizeInBytes(directory);
            long written = DiskWrites.total();
            long batches = run.engine().metrics().bytesWritten();
            Rate rate = new Callers(run.engine(), Durability.WRITTEN, WINDOW, (caller, number) -> {
                        long offset = offsets[(int) number];
                        return new Change.Acknowledge(id, 0, new long[] {offset, offset + 1});
                    })
                    .run(1, offsets.length);
            run.engine()
                    .commit(Commit.builder().add(new Change.AllocateProducerIds(1)), Durability.SYNCED)
                    .join();
            long settle = settle(directory, peak);
            double acks = offsets.length;
            return new Acked(
                    rate,
                    (DiskWrites.total() - written) / acks,
                    (run.engine().metrics().bytesWritten() - batches) / acks,
                    peak,
                    Directory.sizeInBytes(directory),
                    settle,
                    heapInUse() - heapBefore);
        }
    }

    /** Deletes with RocksDB; rate and bytes written per deletion. */
    public double[] raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(100);
            store.write(count, FILL, FILL, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(1, i), value);
                }
            });
            store.reopen();
            long[] offsets = offsets();
            long written = DiskWrites.total();
            Rate rate = store.write(offsets.length, WINDOW, WINDOW, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.delete(RawStore.key(1, offsets[(int) i]));
                }
            });
            return new double[] {rate.perSecond(), (DiskWrites.total() - written) / (double) offsets.length};
        }
    }

    private long[] offsets() {
        return switch (order) {
            case IN_ORDER -> inOrder(count);
            case RANDOM -> shuffled(inOrder(count));
            case STUCK ->
                LongStream.range(0, count).filter(offset -> offset % STUCK != 0).toArray();
        };
    }

    private static long[] inOrder(int count) {
        return LongStream.range(0, count).toArray();
    }

    private static long[] shuffled(long[] offsets) {
        var random = new Random(7);
        for (int i = offsets.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long offset = offsets[i];
            offsets[i] = offsets[j];
            offsets[j] = offset;
        }
        return offsets;
    }

    /** Waits until less than a tenth is left and nothing more is written, or the time is over. */
    private long settle(Path directory, long peak) {
        long start = System.nanoTime();
        long settled = -1;
        long written = -1;
        for (long waited = 0; waited < settleSeconds * 1_000L; waited = millisSince(start)) {
            if (settled < 0 && Directory.sizeInBytes(directory) < peak / 10) {
                settled = waited;
            }
            if (settled >= 0 && DiskWrites.total() == written) {
                break;
            }
            written = DiskWrites.total();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(settled < 0 ? 50 : 1_000));
        }
        return settled;
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
