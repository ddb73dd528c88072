package dev.tandem.benchmarks.storage;

import dev.tandem.storage.nondurable.TransientLog;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Fills a non-durable log with messages of 1 KiB far past the memory for it, waiting as publishers do, then drains it;
 * RocksDB puts rows, through its write-ahead log, and iterates over them.
 */
public record SpilledBacklog(int count) {
    private static final int SIZE = 1_024;
    private static final int PER_BATCH = 500;
    private static final int MAX_READ = 1 << 20;

    /** Messages a second, filling and draining. */
    public record Rates(double fill, double drain) {}

    /** The engine's rates. */
    public Rates tandem(Path directory) {
        ExecutorService owner = Executors.newSingleThreadExecutor();
        try (var run = new EngineRun(directory)) {
            TransientLogs logs = run.engine().transientLogs();
            var readBack = new Semaphore(0);
            TransientLog log = logs.create(owner, readBack::release);
            long fill = timed(() -> fill(logs, log, owner));
            long drain = timed(() -> drain(log, owner, readBack));
            return new Rates(count * 1e9 / fill, count * 1e9 / drain);
        } finally {
            owner.shutdown();
        }
    }

    private void fill(TransientLogs logs, TransientLog log, ExecutorService owner) {
        Slice message = EngineRun.message(SIZE);
        for (int i = 0; i < count; i += PER_BATCH) {
            CompletableFuture.runAsync(
                            () -> {
                                for (int j = 0; j < PER_BATCH; j++) {
                                    // Each message has bytes of its own, as on its way from a socket.
                                    Slice record = Slice.of(message.toByteArray());
                                    logs.budget().take(record);
                                    log.append(record);
                                }
                            },
                            owner)
                    .join();
            if (logs.budget().isExhausted()) {
                var room = new Semaphore(0);
                logs.budget().whenAvailable(owner, room::release);
                room.acquireUninterruptibly();
            }
        }
    }

    private static void drain(TransientLog log, ExecutorService owner, Semaphore readBack) {
        long next = 0;
        while (next < log.end()) {
            long from = next;
            next = CompletableFuture.supplyAsync(() -> drainWhatIsThere(log, from), owner)
                    .join();
            if (next == from) {
                readBack.acquireUninterruptibly();
            }
        }
    }

    private static long drainWhatIsThere(TransientLog log, long from) {
        long at = from;
        while (at < log.end() && log.read(at) != null) {
            log.acknowledge(at++);
        }
        log.endTurn();
        return at;
    }

    /** RocksDB's rates. */
    public Rates raw(Path directory) {
        try (var store = new RawStore(directory)) {
            byte[] value = EngineRun.payload(SIZE);
            Rate fill = store.write(count, PER_BATCH, PER_BATCH, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    batch.put(RawStore.key(1, i), value);
                }
            });
            long drain = timed(() -> {
                long next = 0;
                while (next < count) {
                    next += store.read(RawStore.key(1, next), MAX_READ).count();
                }
            });
            return new Rates(fill.perSecond(), count * 1e9 / drain);
        }
    }

    private static long timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
