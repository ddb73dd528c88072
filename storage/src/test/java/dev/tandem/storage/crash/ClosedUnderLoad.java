package dev.tandem.storage.crash;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that closes an engine again and again while many threads read, write, ask for metrics and back up. An engine
 * that used a native object after its end would take the process with it.
 */
final class ClosedUnderLoad {
    private static final org.slf4j.Logger LOGGER = org.slf4j.LoggerFactory.getLogger(ClosedUnderLoad.class);

    private static final int LOGS = 8;
    private static final int WORKERS_OF_A_KIND = 2;
    private static final int MAX_RUN_MILLIS = 120;

    private ClosedUnderLoad() {}

    /** What a worker does over and over; may fail with a {@link StorageException} once the engine is closed. */
    @FunctionalInterface
    private interface Work {
        void run(Engine engine) throws Exception;
    }

    private record Engine(
            StorageEngine storage, List<Log> logs, Path directory, AtomicLong done, AtomicBoolean closed) {
        Log anyLog() {
            return logs.get(ThreadLocalRandom.current().nextInt(logs.size()));
        }
    }

    /** Arguments: data directory, rounds, seed. */
    public static void main(String[] args) throws Exception {
        var random = new Random(Long.parseLong(args[2]));
        List<Work> kinds = List.of(
                ClosedUnderLoad::write,
                ClosedUnderLoad::acknowledge,
                ClosedUnderLoad::readCold,
                ClosedUnderLoad::readTail,
                ClosedUnderLoad::lookUpATime,
                ClosedUnderLoad::loadState,
                ClosedUnderLoad::askForMetrics,
                ClosedUnderLoad::backUp);
        for (int round = 0; round < Integer.parseInt(args[1]); round++) {
            Path directory = Path.of(args[0]).resolve("round-" + round % 4);
            StorageEngine storage = StorageEngine.open(
                    new StorageConfig(directory, SyncPolicy.ALWAYS, 16L << 20, 3, Duration.ofMillis(20), 0));
            var engine = new Engine(storage, logs(storage), directory, new AtomicLong(), new AtomicBoolean());
            var workers = new ArrayList<Thread>();
            for (Work kind : kinds) {
                for (int i = 0; i < WORKERS_OF_A_KIND; i++) {
                    var worker = new Thread(() -> work(engine, kind));
                    worker.start();
                    workers.add(worker);
                }
            }
            workers.get(0).join(1 + random.nextInt(MAX_RUN_MILLIS));
            storage.close();
            engine.closed.set(true);
            for (Thread worker : workers) {
                worker.join(TimeUnit.SECONDS.toMillis(30));
                if (worker.isAlive()) {
                    fail(new IllegalStateException("a worker hangs at " + List.of(worker.getStackTrace())));
                }
            }
            System.out.println("closed after " + engine.done.get());
        }
        System.out.println("survived");
    }

    private static List<Log> logs(StorageEngine storage) throws Exception {
        var logs = new ArrayList<Log>();
        for (int i = 0; i < LOGS; i++) {
            long id = storage.allocateLogId();
            storage.commit(
                            Commit.builder()
                                    .add(new Change.CreateLog(
                                            id, i % 2 == 0 ? Retention.ACKNOWLEDGED : Retention.EXPLICIT))
                                    .add(EngineFixture.message(id, "first")),
                            Durability.SYNCED)
                    .get();
            logs.add(storage.log(id).get());
        }
        return logs;
    }

    /** Until the engine refuses, or is known to be closed: the tail cache would serve readers for ever. */
    private static void work(Engine engine, Work work) {
        try {
            while (!engine.closed.get()) {
                work.run(engine);
                engine.done.incrementAndGet();
            }
        } catch (StorageException | RejectedExecutionException e) {
            // As it should be.
        } catch (ExecutionException | CompletionException e) {
            if (!(e.getCause() instanceof StorageException)) {
                fail(e);
            }
        } catch (Exception e) {
            fail(e);
        }
    }

    private static void fail(Exception e) {
        LOGGER.error("failed under load", e);
        System.exit(1);
    }

    private static void write(Engine engine) throws Exception {
        String body = "x".repeat(ThreadLocalRandom.current().nextInt(20_000));
        var commit = Commit.builder();
        for (int i = 0; i < 20; i++) {
            commit.add(EngineFixture.message(engine.anyLog().id(), body));
        }
        engine.storage.commit(commit, Durability.WRITTEN).get(30, TimeUnit.SECONDS);
    }

    private static void acknowledge(Engine engine) throws Exception {
        Log log = engine.anyLog();
        long from = log.startOffset();
        engine.storage
                .commit(
                        Commit.builder()
                                .add(new Change.Acknowledge(log.id(), 0, new long[] {from, log.writtenEnd()}))
                                .add(new Change.TrimLog(log.id(), log.writtenEnd() / 2)),
                        Durability.SYNCED)
                .get(30, TimeUnit.SECONDS);
    }

    private static void readCold(Engine engine) {
        Log log = engine.anyLog();
        log.read(log.startOffset(), log.writtenEnd(), 1 << 20);
    }

    private static void readTail(Engine engine) {
        Log log = engine.anyLog();
        log.read(Math.max(log.startOffset(), log.writtenEnd() - 1), log.writtenEnd(), 1 << 20);
    }

    private static void lookUpATime(Engine engine) {
        Log log = engine.anyLog();
        log.firstAtOrAfter(ThreadLocalRandom.current().nextLong(2_000), log.writtenEnd(), (entry, visitor) -> {
            throw new IllegalStateException("there are no Kafka records");
        });
    }

    private static void loadState(Engine engine) throws Exception {
        engine.storage.groupPartition(1).get(30, TimeUnit.SECONDS);
        engine.storage.ackSet(engine.anyLog().id(), 1).get(30, TimeUnit.SECONDS);
    }

    private static void askForMetrics(Engine engine) {
        engine.storage.metrics();
    }

    private static void backUp(Engine engine) throws Exception {
        Path target = engine.directory.resolveSibling(
                "backup-" + System.nanoTime() + "-" + Thread.currentThread().getId());
        synchronized (engine.logs) { // one at a time
            engine.storage.backup(target).done().get(30, TimeUnit.SECONDS);
        }
        DirectoryCopy.delete(target);
    }
}
