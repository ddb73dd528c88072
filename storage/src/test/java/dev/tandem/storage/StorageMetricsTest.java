package dev.tandem.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageMetricsTest {
    private static final String MEGABYTE = "x".repeat(1 << 20);

    @TempDir
    Path directory;

    @Test
    void countsGroupsAndSyncsWithTheirSizesAndTimes() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.EXPLICIT);
            StorageMetrics before = fixture.engine().metrics();

            // when
            fixture.publish(log, MEGABYTE);
            fixture.publish(log, "small");

            // then
            StorageMetrics now = fixture.engine().metrics();
            var commits = now.groupCommits().since(before.groupCommits());
            var bytes = now.groupBytes().since(before.groupBytes());
            assertThat(commits.count()).isEqualTo(2);
            assertThat(commits.sum()).isEqualTo(2);
            assertThat(bytes.count()).isEqualTo(2);
            assertThat(bytes.sum())
                    .isEqualTo(now.bytesWritten() - before.bytesWritten())
                    .isGreaterThan(1 << 20);
            assertThat(now.syncMicros().count()).isEqualTo(now.syncs()).isGreaterThanOrEqualTo(2);
            assertThat(now.tailCacheBytes()).isGreaterThan(1 << 20);
        }
    }

    @Test
    void tellsWhatTrimsDeleteAndWhatOfItIsGivenBack() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.EXPLICIT);
            for (int i = 0; i < 8; i++) {
                fixture.publish(log, MEGABYTE);
            }

            // when
            fixture.commit(new Change.TrimLog(log, 7));

            // then
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(fixture.engine().metrics().reclaimedBytes())
                            .isGreaterThan(7 << 20));
            StorageMetrics now = fixture.engine().metrics();
            assertThat(now.trims()).isEqualTo(1);
            assertThat(now.trimmedBytes()).isEqualTo(now.reclaimedBytes());
            assertThat(now.database().flushedBytes()).isPositive();
        }
    }

    @Test
    void tellsWhatTheDatabaseTakes() {
        try (var fixture = new EngineFixture(directory)) {
            // when
            long log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, MEGABYTE);

            // then
            StorageMetrics.Database database = fixture.engine().metrics().database();
            assertThat(database.walBytes()).isGreaterThan(1 << 20);
            assertThat(database.memtableBytes()).isGreaterThan(1 << 20);
            assertThat(database.blockCacheBytes()).isPositive();
            assertThat(database.writesStopped()).isFalse();
            assertThat(fixture.engine().metrics().diskFreeBytes()).isPositive();
        }
    }
}
