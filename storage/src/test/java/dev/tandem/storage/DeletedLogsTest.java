package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.AlreadyExists;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.rocksdb.StoredRows;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleted logs are gone at once, and their rows some time later, many together. */
class DeletedLogsTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(20);

    @TempDir
    Path directory;

    @Test
    void tenThousandDeletedLogsLeaveAHandfulOfRangeDeletions() {
        // given
        long[] ids = new long[10_000];
        try (var fixture = fixture(NEVER)) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = use(fixture);
            }
            assertThat(ids[ids.length - 1] - ids[0]).isEqualTo(ids.length - 1);

            // when all but the first, one in the middle and the last are deleted, each by itself
            for (int i = 1; i < ids.length - 1; i++) {
                if (i != 5_000) {
                    submit(fixture, new Change.DeleteLog(ids[i]));
                }
            }
            fixture.commit(new Change.AllocateProducerIds(1));

            // then
            assertThatThrownBy(() -> fixture.log(ids[1])).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> fixture.publish(ids[9_998], "late")).isInstanceOf(NotFound.class);
        }
        try (var fixture = fixture(SOON)) {
            assertThatThrownBy(() -> fixture.log(ids[1])).isInstanceOf(NotFound.class);
            awaitCommits(fixture, 2);
            for (long kept : new long[] {ids[0], ids[5_000], ids[9_999]}) {
                assertThat(fixture.bodies(kept, 0)).containsExactly("acknowledged", "left");
                assertThat(await(fixture.engine().ackSet(kept, 0)).floor()).isEqualTo(1);
            }
        }
        assertThat(rows(ids[1], ids[5_000])).isZero();
        assertThat(rows(ids[5_001], ids[9_999])).isZero();
        assertThat(rows(ids[5_000], ids[5_001])).isPositive();
        assertThat(StoredRows.rangeDeletions(directory))
                .as("at most one per family with rows and run of neighbours")
                .isLessThanOrEqualTo(2 * 3);
    }

    @Test
    void deletedLogsThatWereNeverUsedLeaveOneRangeDeletion() {
        // given
        long first;
        long last = 0;
        try (var fixture = fixture(NEVER)) {
            first = fixture.createLog(Retention.ACKNOWLEDGED);
            for (int i = 0; i < 100; i++) {
                last = fixture.createLog(Retention.EXPLICIT);
            }

            // when
            for (long id = first; id <= last; id++) {
                fixture.commit(new Change.DeleteLog(id));
            }
        }

        // then
        try (var fixture = fixture(SOON)) {
            awaitCommits(fixture, 1);
        }
        assertThat(rows(first, last + 1)).isZero();
        assertThat(StoredRows.rangeDeletions(directory)).isLessThanOrEqualTo(1);
    }

    @Test
    void rowsOfALogThatExistsAreNotRemoved() {
        try (var fixture = fixture(NEVER)) {
            // given
            long before = fixture.createLog(Retention.EXPLICIT);
            long kept = use(fixture);
            long after = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(new Change.DeleteLog(before), new Change.DeleteLog(after));

            assertThatThrownBy(() -> fixture.commit(new Change.RemoveLogs(before, after + 1, 0)))
                    // then
                    .isInstanceOf(AlreadyExists.class)
                    .hasMessageContaining("log " + kept);
            assertThat(fixture.bodies(kept, 0)).containsExactly("acknowledged", "left");
        }
    }

    @Test
    void aLogCreatedAmongDeletedOnesInTheSameGroupIsNotRemoved() {
        try (var fixture = fixture(NEVER)) {
            // given
            long before = fixture.createLog(Retention.EXPLICIT);
            long between = fixture.engine().allocateLogId();
            long after = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(new Change.DeleteLog(before), new Change.DeleteLog(after));

            // when
            submit(fixture, new Change.CreateLog(between, Retention.EXPLICIT));
            var removal = fixture.engine()
                    .commit(Commit.builder().add(new Change.RemoveLogs(before, after + 1, 0)), Durability.WRITTEN);

            // then
            assertThatThrownBy(() -> await(removal)).isInstanceOf(AlreadyExists.class);
            fixture.publish(between, "kept");
            assertThat(fixture.reopen().bodies(between, 0)).containsExactly("kept");
        }
    }

    private EngineFixture fixture(Duration cleaningInterval) {
        return new EngineFixture(StorageConfig.defaults(directory).withCleaningInterval(cleaningInterval));
    }

    /** A log with a message that is acknowledged, and one that is not. */
    private static long use(EngineFixture fixture) {
        long id = fixture.engine().allocateLogId();
        submit(
                fixture,
                new Change.CreateLog(id, Retention.ACKNOWLEDGED),
                message(id, "acknowledged"),
                message(id, "left"),
                new Change.Acknowledge(id, 0, new long[] {0, 1}));
        return id;
    }

    private static void submit(EngineFixture fixture, Change... changes) {
        fixture.engine().submit(new Commit(List.of(changes), Durability.WRITTEN, Runnable::run, result -> {}));
    }

    private static void awaitCommits(EngineFixture fixture, int commits) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        fixture.engine().metrics().commits())
                .isEqualTo(commits));
    }

    private long rows(long firstLogId, long endLogId) {
        var count = new long[1];
        try (RocksStore store = RocksDirectory.open(directory, 64L << 20)) {
            for (ColumnFamily family : List.of(ColumnFamily.LOGS, ColumnFamily.CURSORS, ColumnFamily.RECORDS)) {
                store.scan(
                        family,
                        StorageSchema.logPrefix(firstLogId),
                        StorageSchema.logPrefix(endLogId),
                        (key, value) -> ++count[0] > 0);
            }
        }
        return count[0];
    }
}
