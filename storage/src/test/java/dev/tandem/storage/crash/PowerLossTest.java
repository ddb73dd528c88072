package dev.tandem.storage.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.crash.DirectoryCopy.Damage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power losses under random commits: the directory is copied while the engine works, its write-ahead log damaged behind
 * what was synced, and opened. {@code -Dtandem.soak.powerLosses=200} for more of them, {@code -Dtandem.seed=N} to repeat.
 */
class PowerLossTest {
    private static final int ROUNDS = Integer.getInteger("tandem.soak.powerLosses", 6);
    private static final long SEED = Long.getLong("tandem.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final RandomCommits commits = new RandomCommits(SEED);
    private final Random random = new Random(SEED);

    @Test
    void everySyncedCommitIsWholeAndNoneIsHalfAppliedAfterAPowerLoss() throws IOException {
        System.out.println("power losses with -Dtandem.seed=" + SEED);
        Path live = directory.resolve("live");
        int refusals = 0;
        try (var engine = StorageEngine.open(config(live))) {
            for (int round = 0; round < ROUNDS; round++) {
                // given
                submit(engine, 20 + random.nextInt(150), Durability.SYNCED).join();
                long synced = commits.model().applied;
                Map<String, Long> syncedBytes = DirectoryCopy.walSizes(live);
                byte[] syncedIndex = Files.readAllBytes(live.resolve("synced-index"));
                var unsynced = submit(engine, random.nextInt(120), Durability.WRITTEN);
                if (random.nextBoolean()) {
                    unsynced.join();
                }

                // when
                Path copy = directory.resolve("copy");
                DirectoryCopy.ofLive(live, copy);
                unsynced.join();
                long submitted = commits.model().applied;

                // then
                for (Damage damage : Damage.values()) {
                    Path crashed = directory.resolve("crashed");
                    DirectoryCopy.plain(copy, crashed);
                    Files.write(crashed.resolve("synced-index"), syncedIndex);
                    damageBehind(crashed, syncedBytes, damage);
                    assertRecovers(crashed, synced, submitted, "round " + round + ", " + damage);
                    DirectoryCopy.delete(crashed);
                }
                refusals += refusesALostSyncedCommit(copy, syncedBytes, syncedIndex, synced) ? 1 : 0;
                DirectoryCopy.delete(copy);
            }
        }
        assertThat(refusals)
                .as("rounds in which the damage reached a synced commit")
                .isPositive();
    }

    /** Memtables so small that flushes happen all the time. */
    private static StorageConfig config(Path directory) {
        return new StorageConfig(directory, SyncPolicy.ALWAYS, 48L << 20, 2, Duration.ofMillis(50), 0);
    }

    /** Submits the next commits; every result is compared with the model's. */
    private CompletableFuture<Void> submit(StorageEngine engine, int count, Durability durability) {
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var step = commits.next();
            var done = new CompletableFuture<Void>();
            results.add(done);
            engine.submit(new Commit(step.changes(), durability, Runnable::run, result -> {
                try {
                    assertResult(step, result);
                    done.complete(null);
                } catch (AssertionError e) {
                    done.completeExceptionally(e);
                }
            }));
        }
        return CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]))
                .orTimeout(60, TimeUnit.SECONDS);
    }

    private static void assertResult(RandomCommits.Step step, CommitResult result) {
        assertThat(step.predicts(result))
                .as(() -> result + ", error " + result.error() + ", of " + step)
                .isTrue();
    }

    private void damageBehind(Path crashed, Map<String, Long> syncedBytes, Damage damage) throws IOException {
        // Older files may have been synced since: RocksDB notes in its manifest which.
        var newest = DirectoryCopy.walSizes(crashed).lastEntry();
        long from = syncedBytes.getOrDefault(newest.getKey(), 0L);
        if (newest.getValue() > from) {
            Path wal = crashed.resolve("db").resolve(newest.getKey());
            try (var bytes = new RandomAccessFile(wal.toFile(), "rw")) {
                damage.to(bytes, from, random);
            }
        }
    }

    private void assertRecovers(Path crashed, long synced, long submitted, String what) {
        long held;
        try (var engine = StorageEngine.open(config(crashed))) {
            held = StateCheck.appliedIn(engine);
            assertThat(held).as(what).isBetween(synced, submitted);
            RandomCommits at = RandomCommits.replay(SEED, held);
            StateCheck.assertHolds(engine, at.model());
            assertContinues(engine, at, what);
        }
        // What was written since must not be lost behind the damage, nor what was lost come back.
        RandomCommits at = RandomCommits.replay(SEED, held + CONTINUED);
        try (var engine = StorageEngine.open(config(crashed))) {
            StateCheck.assertHolds(engine, at.model());
        }
    }

    private static final int CONTINUED = 10;

    private static void assertContinues(StorageEngine engine, RandomCommits commits, String what) {
        long until = commits.model().applied + CONTINUED;
        while (commits.model().applied < until) {
            var step = commits.next();
            var commit = Commit.builder();
            step.changes().forEach(commit::add);
            CommitResult result = engine.commit(commit, Durability.SYNCED)
                    .handle((applied, error) -> applied)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(result != null).as(what).isEqualTo(step.values() != null);
        }
        StateCheck.assertHolds(engine, commits.model());
    }

    /** Whether the directory was refused; otherwise it must hold everything: the damaged part was in data files already. */
    private boolean refusesALostSyncedCommit(Path copy, Map<String, Long> syncedBytes, byte[] syncedIndex, long synced)
            throws IOException {
        Path damaged = directory.resolve("damaged");
        DirectoryCopy.plain(copy, damaged);
        Files.write(damaged.resolve("synced-index"), syncedIndex);
        for (var file : syncedBytes.entrySet()) {
            Path wal = damaged.resolve("db").resolve(file.getKey());
            if (file.getValue() > 0 && Files.exists(wal)) {
                try (var bytes = new RandomAccessFile(wal.toFile(), "rw")) {
                    bytes.setLength(file.getValue() - 1 - random.nextInt(8));
                }
            }
        }
        try {
            StorageEngine engine = StorageEngine.open(config(damaged));
            try (engine) {
                assertThat(StateCheck.appliedIn(engine)).isGreaterThanOrEqualTo(synced);
            }
            return false;
        } catch (DirectoryRefused refused) {
            assertThat(refused).hasMessageContaining("lacks commits that were acknowledged");
            assertThatThrownBy(() -> StorageEngine.open(config(damaged)))
                    .as("a second try")
                    .isInstanceOf(DirectoryRefused.class);
            return true;
        } finally {
            DirectoryCopy.delete(damaged);
        }
    }
}
