package dev.tandem.storage.crash;

import static dev.tandem.storage.testsupport.EngineFixture.builder;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apply depends on nothing but the commits: what a replica would be sent makes the same bytes everywhere (design: beyond
 * one machine). {@code -Dtandem.determinism.seed} repeats a run.
 */
class DeterminismTest {
    private static final int COMMITS = 600;
    private static final int MAX_GROUP = 40;

    private final long seed = Long.getLong("tandem.determinism.seed", new Random().nextLong());

    @TempDir
    Path directory;

    @RepeatedTest(3)
    void theSameGroupsOfCommitsMakeTheSameRows() {
        // when
        List<String> first = run("first", MAX_GROUP);
        List<String> second = run("second", MAX_GROUP);

        // then
        assertThat(second).as("results with seed %d", seed).isEqualTo(first);
        assertThat(rows("second")).as("rows with seed %d", seed).isEqualTo(rows("first"));
    }

    @RepeatedTest(3)
    void groupingDoesNotMatterToWhatIsStored() {
        // when
        List<String> grouped = run("grouped", MAX_GROUP);
        List<String> single = run("single", 1);

        // then
        assertThat(single).as("results with seed %d", seed).isEqualTo(grouped);
        for (String name : List.of("grouped", "single")) {
            try (var engine = new EngineFixture(config(name))) {
                StateCheck.assertHolds(engine.engine(), model());
            }
        }
    }

    private Model model() {
        var commits = new RandomCommits(seed);
        for (int i = 0; i < COMMITS; i++) {
            commits.next();
        }
        return commits.model();
    }

    /** Background work comes when it comes, so there is none. */
    private StorageConfig config(String name) {
        return StorageConfig.defaults(directory.resolve(name)).withCleaningInterval(Duration.ofHours(1));
    }

    /** Runs the commits in groups and stops cleanly; what each resulted in, but for the group's index. */
    private List<String> run(String name, int maxGroup) {
        var commits = new RandomCommits(seed);
        var sizes = new Random(seed);
        var results = new ArrayList<String>();
        try (var fixture = new EngineFixture(config(name))) {
            for (int done = 0; done < COMMITS; ) {
                int size = Math.min(1 + sizes.nextInt(maxGroup), COMMITS - done);
                var futures = new ArrayList<CompletableFuture<CommitResult>>();
                var counts = new ArrayList<Integer>();
                EngineInternals.inOneGroup(fixture.engine(), () -> {
                    for (int i = 0; i < size; i++) {
                        List<Change> changes = commits.next().changes();
                        counts.add(changes.size());
                        futures.add(
                                fixture.engine().commit(builder(changes.toArray(new Change[0])), Durability.WRITTEN));
                    }
                });
                for (int i = 0; i < size; i++) {
                    results.add(text(futures.get(i), counts.get(i)));
                }
                done += size;
            }
            if (maxGroup > 1) {
                assertThat(fixture.engine().metrics().commitGroups()).isLessThan(COMMITS / 2);
            }
        }
        return results;
    }

    private static String text(CompletableFuture<CommitResult> future, int changes) {
        try {
            CommitResult result = future.join();
            var values = new StringBuilder("applied");
            for (int i = 0; i < changes; i++) {
                values.append(' ').append(result.value(i));
            }
            return values.toString();
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(StorageException.class);
            return "refused: " + e.getCause().getMessage();
        }
    }

    /** All rows of all families, in hexadecimal. */
    private Map<String, String> rows(String name) {
        var rows = new TreeMap<String, String>();
        HexFormat hex = HexFormat.of();
        try (RocksStore store = RocksDirectory.openReadOnly(directory.resolve(name))) {
            for (ColumnFamily family : ColumnFamily.values()) {
                store.scan(family, new byte[] {0}, new byte[] {(byte) 0xFF, (byte) 0xFF}, (key, value) -> {
                    rows.put(family + " " + hex.formatHex(key), hex.formatHex(value));
                    return true;
                });
            }
        }
        assertThat(rows).hasSizeGreaterThan(100);
        return rows;
    }
}
