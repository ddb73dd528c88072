package dev.tandem.storage.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.crash.DirectoryCopy.Damage;
import dev.tandem.storage.rocksdb.FaultyDisk;
import dev.tandem.storage.rocksdb.FaultyDisk.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes and syncs that fail under random commits: the engine must refuse, recover by itself and then hold what it
 * acknowledged or showed, whole. {@code -Dtandem.soak.faults=200} for more of them, {@code -Dtandem.seed=N} to repeat.
 */
class FaultModelTest {
    private static final int ROUNDS = Integer.getInteger("tandem.soak.faults", 12);
    private static final long SEED = Long.getLong("tandem.seed", System.nanoTime());
    private static final int COMMITS = 200;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private RandomCommits commits = new RandomCommits(SEED);

    @Test
    void theEngineRecoversFromFailedWritesAndSyncsByItself() {
        System.out.println("faults with -Dtandem.seed=" + SEED);
        try (var engine = open()) {
            var disk = FaultyDisk.beneath(EngineInternals.storeOf(engine));
            for (int round = 0; round < ROUNDS; round++) {
                // given
                Fault fault = Fault.values()[round % Fault.values().length];
                String what = "round " + round + ", " + fault;
                join(submit(engine, 1 + random.nextInt(40), true));
                int epoch = engine.leaderEpoch();
                disk.whenReopened(database -> {
                    if (fault == Fault.PAGES_LOST) {
                        losePages(database, disk.syncedBytes());
                    }
                });

                // when
                disk.failAt(1 + random.nextInt(4), fault);
                List<Outcome> outcomes = submitUntilItFails(engine, disk);

                // then
                assertThat(engine.alarm()).as(what).isPresent();
                assertReads(engine, outcomes, what);
                disk.mend();
                Awaitility.await(what).atMost(Duration.ofSeconds(30)).until(() -> engine.alarm()
                        .isEmpty());
                assertThat(engine.leaderEpoch()).as(what).isGreaterThan(epoch);
                long held = StateCheck.appliedIn(engine);
                assertThat(held).as(what).isBetween(lastApplied(outcomes), commits.model().applied);
                commits = RandomCommits.replay(SEED, held);
                StateCheck.assertHolds(engine, commits.model());
            }
            join(submit(engine, 50, true));
        }
        // What was recovered in place must be what a start finds.
        try (var engine = open()) {
            StateCheck.assertHolds(engine, commits.model());
        }
    }

    /** Memtables so small that flushes happen all the time. */
    private StorageEngine open() {
        return EngineInternals.openWatchful(
                new StorageConfig(directory, SyncPolicy.ALWAYS, 48L << 20, 2, Duration.ofMillis(50), 0));
    }

    /** A commit under way: its number, and what became of it. */
    private record Outcome(long applied, CompletableFuture<CommitResult> result) {}

    private List<Outcome> submit(StorageEngine engine, int count, boolean allSynced) {
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < count; i++) {
            var step = commits.next();
            long applied = commits.model().applied;
            var result = new CompletableFuture<CommitResult>();
            var durability = allSynced || random.nextBoolean() ? Durability.SYNCED : Durability.WRITTEN;
            engine.submit(new Commit(step.changes(), durability, Runnable::run, result::complete));
            if (step.values() != null) {
                outcomes.add(new Outcome(applied, result));
            }
        }
        return outcomes;
    }

    private static void join(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            assertThat(resultOf(outcome).error()).isNull();
        }
    }

    /** Small steps, so that the fault meets groups with commits before and behind it. */
    private List<Outcome> submitUntilItFails(StorageEngine engine, FaultyDisk disk) {
        var outcomes = new ArrayList<Outcome>();
        for (int done = 0; done < COMMITS && !disk.isBroken(); done += 10) {
            var step = submit(engine, 10, false);
            if (random.nextBoolean()) {
                step.forEach(FaultModelTest::resultOf);
            }
            outcomes.addAll(step);
        }
        disk.breakNow();
        outcomes.addAll(submit(engine, 1, true));
        boolean refused = false;
        for (Outcome outcome : outcomes) {
            var error = resultOf(outcome).error();
            refused |= error != null;
            if (error != null) {
                assertThat(error).isInstanceOf(WritesSuspended.class);
            }
        }
        while (!refused) {
            var last = submit(engine, 1, true);
            refused = last.stream().anyMatch(outcome -> !resultOf(outcome).isApplied());
            outcomes.addAll(last);
        }
        return outcomes;
    }

    private static @Nullable Long lastAppliedOrNull(List<Outcome> outcomes) {
        Long last = null;
        for (Outcome outcome : outcomes) {
            if (resultOf(outcome).isApplied()) {
                last = outcome.applied;
            }
        }
        return last;
    }

    private static long lastApplied(List<Outcome> outcomes) {
        Long last = lastAppliedOrNull(outcomes);
        return last == null ? 0 : last;
    }

    private static CommitResult resultOf(Outcome outcome) {
        return outcome.result.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** While nothing can be written, everything written before can be read. */
    private static void assertReads(StorageEngine engine, List<Outcome> outcomes, String what) {
        assertThat(StateCheck.appliedIn(engine)).as(what).isGreaterThanOrEqualTo(lastApplied(outcomes));
    }

    /** What an operating system may do to pages that it could not write: what was written since the last sync is gone. */
    private void losePages(Path database, Map<String, Long> synced) throws IOException {
        var newest = DirectoryCopy.walSizes(database.getParent()).lastEntry();
        long from = synced.getOrDefault(newest.getKey(), 0L);
        if (newest.getValue() > from) {
            try (var bytes =
                    new RandomAccessFile(database.resolve(newest.getKey()).toFile(), "rw")) {
                Damage.CUT.to(bytes, from, random);
            }
        }
    }
}
