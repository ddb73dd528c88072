package dev.tandem.storage.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flips single bits in every kind of file of a directory: whatever is then served must be right; the rest must be refused
 * with a name. {@code -Dtandem.soak.bitFlips=2000} for more of them, {@code -Dtandem.seed=N} to repeat.
 */
class BitFlipTest {
    private static final int ROUNDS = Integer.getInteger("tandem.soak.bitFlips", 60);
    private static final long SEED = Long.getLong("tandem.seed", System.nanoTime());
    private static final int STARTS = 4;
    private static final int COMMITS_PER_START = 300;

    @TempDir
    Path directory;

    private final RandomCommits commits = new RandomCommits(SEED);
    private final Random random = new Random(SEED);
    private Path sound;

    /** Several starts: each leaves data files behind, and a write-ahead log that the next one replays. */
    @BeforeEach
    void fill() {
        sound = directory.resolve("sound");
        for (int start = 0; start < STARTS; start++) {
            try (var engine = StorageEngine.open(config(sound))) {
                var results = new ArrayList<CompletableFuture<?>>();
                for (int i = 0; i < COMMITS_PER_START; i++) {
                    var step = commits.next();
                    var done = new CompletableFuture<>();
                    results.add(done);
                    engine.submit(new Commit(step.changes(), Durability.SYNCED, Runnable::run, done::complete));
                }
                CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join();
            }
        }
    }

    private static StorageConfig config(Path directory) {
        return new StorageConfig(directory, SyncPolicy.ALWAYS, 16L << 20, 2, Duration.ofHours(1), 0);
    }

    @Test
    void aFlippedBitIsNamedAndNeverServed() throws IOException {
        System.out.println("bit flips with -Dtandem.seed=" + SEED);
        Map<String, List<Path>> kinds = files();
        assertThat(kinds).containsKeys("sst", "blob", "log", "MANIFEST", "CURRENT", "synced-index");
        Map<String, Integer> noticed = new TreeMap<>();
        var names = List.copyOf(kinds.keySet());
        for (int round = 0; round < ROUNDS; round++) {
            // given
            String kind = names.get(round % names.size());
            List<Path> files = kinds.get(kind);
            Path file = files.get(random.nextInt(files.size()));
            Path damaged = directory.resolve("damaged");
            DirectoryCopy.plain(sound, damaged);
            long bit = flip(damaged.resolve(sound.relativize(file).toString()));

            // when
            boolean wasNoticed = openAndRead(damaged, "bit " + bit + " of " + file.getFileName());

            // then
            noticed.merge(kind, wasNoticed ? 1 : 0, Integer::sum);
            DirectoryCopy.delete(damaged);
        }
        System.out.println("flipped bits that were noticed, of " + ROUNDS / names.size() + " each: " + noticed);
        // Some bits lie where nothing is read any more, so a kind of file may get away with its few flips; not all do.
        assertThat(noticed.values().stream().mapToInt(Integer::intValue).sum()).isPositive();
    }

    /** By kind: the extension, or the name without a number. */
    private Map<String, List<Path>> files() throws IOException {
        try (var files = Files.walk(sound)) {
            return new TreeMap<>(files.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    // RocksDB's own diary, and what says who it is.
                    .filter(file -> !file.getFileName().toString().matches("LOG.*|LOCK|IDENTITY|OPTIONS-.*"))
                    .collect(Collectors.groupingBy(BitFlipTest::kindOf)));
        }
    }

    private static String kindOf(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : name.replaceAll("-\\d+$", "");
    }

    private long flip(Path file) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (random.nextDouble() * bytes.length());
            int bit = random.nextInt(8);
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1 << bit);
            return at * 8 + bit;
        }
    }

    /** Whether the damage showed; fails when it was served. */
    private boolean openAndRead(Path damaged, String what) {
        StorageEngine opened;
        try {
            opened = StorageEngine.open(config(damaged));
        } catch (DirectoryRefused | CorruptData | StorageFailure refused) {
            assertThat(refused).as(what).hasMessageContaining(damaged.toString());
            return true;
        }
        try (opened) {
            List<StorageException> refusals = StateCheck.assertHoldsOrRefuses(opened, commits.model(), what);
            for (StorageException refusal : refusals) {
                assertThat(refusal)
                        .as(what)
                        .isInstanceOfAny(CorruptData.class, StorageFailure.class)
                        .message()
                        .containsPattern("log \\d+|\\.sst|\\.blob|producer|coordinator|definition|cursor|body");
            }
            return !refusals.isEmpty();
        }
    }
}
