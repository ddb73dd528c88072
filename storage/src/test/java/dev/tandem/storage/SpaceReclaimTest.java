package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleted records give their disk space back, on their own and without a restart. */
class SpaceReclaimTest {
    private static final int SMALL = 1_000;
    /** Above the size at which values leave the tree for blob files. */
    private static final int LARGE = 40_000;

    @TempDir
    Path directory;

    private long backlogBytes;

    @BeforeEach
    void reset() {
        backlogBytes = 0;
    }

    @Test
    void drainingABacklogOfSmallMessagesGivesItsSpaceBack() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            fill(fixture, log, SMALL, 100_000);

            // when
            fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 100_000}));

            // then
            awaitSpace(fixture);
        }
    }

    @Test
    void drainingABacklogOfLargeMessagesGivesItsSpaceBack() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            fill(fixture, log, LARGE, 2_500);

            // when
            fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 2_500}));

            // then
            awaitSpace(fixture);
        }
    }

    @Test
    void deletingALogGivesItsSpaceBackAndLeavesItsNeighboursAlone() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long before = fixture.createLog(Retention.EXPLICIT);
            long log = fixture.createLog(Retention.EXPLICIT);
            long after = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(before, "before");
            fixture.publish(after, "after");
            fill(fixture, log, SMALL, 100_000);

            // when
            fixture.commit(new Change.DeleteLog(log));

            // then
            awaitSpace(fixture);
            fixture.reopen();
            assertThat(fixture.bodies(before, 0)).containsExactly("before");
            assertThat(fixture.bodies(after, 0)).containsExactly("after");
        }
    }

    @Test
    void whatIsNotTrimmedStays() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.EXPLICIT);
            fill(fixture, log, SMALL, 100_000);
            fixture.publish(log, "survivor");

            // when
            fixture.commit(new Change.TrimLog(log, 99_990));

            // then
            awaitSpace(fixture);
            fixture.reopen();
            assertThat(fixture.log(log).startOffset()).isEqualTo(99_990);
            assertThat(fixture.bodies(log, 99_990)).hasSize(11).endsWith("survivor");
        }
    }

    private void fill(EngineFixture fixture, long log, int bodySize, int messages) {
        String body = "x".repeat(bodySize);
        int perCommit = 1_000_000 / bodySize;
        for (int i = 0; i < messages; i += perCommit) {
            var commit = Commit.builder();
            for (int j = i; j < Math.min(messages, i + perCommit); j++) {
                commit.add(message(log, body));
            }
            EngineFixture.await(fixture.engine().commit(commit, Durability.WRITTEN));
        }
        backlogBytes = fixture.engine().metrics().diskBytes();
        assertThat(backlogBytes).isGreaterThan((long) messages * bodySize);
    }

    private void awaitSpace(EngineFixture fixture) {
        Awaitility.await("space").atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        fixture.engine().metrics().diskBytes())
                .isLessThan(backlogBytes / 10));
    }
}
