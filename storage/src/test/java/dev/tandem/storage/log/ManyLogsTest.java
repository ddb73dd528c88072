package dev.tandem.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs whose records lie interleaved in the commit path are each read on their own, and open when they are used. */
class ManyLogsTest {
    private static final int LOGS = 1_000;

    @TempDir
    Path directory;

    @Test
    void opensALogWhenItIsUsedAndShowsItsOwnRecordsOnly() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            List<Long> ids = Stream.generate(() -> fixture.engine().allocateLogId())
                    .limit(LOGS)
                    .toList();
            fixture.commit(ids.stream()
                    .map(id -> new Change.CreateLog(id, Retention.EXPLICIT))
                    .toArray(Change[]::new));
            for (int i = 0; i < 3; i++) {
                String round = "." + i;
                fixture.commit(ids.stream()
                        .map(id -> EngineFixture.message(id, id + round))
                        .toArray(Change[]::new));
            }

            // when
            fixture.reopen();

            // then
            assertThat(ids)
                    .allSatisfy(id -> assertThat(fixture.engine().openLog(id)).isEmpty());
            for (long id : ids) {
                assertThat(fixture.bodies(id, 0))
                        .isEqualTo(IntStream.range(0, 3)
                                .mapToObj(i -> id + "." + i)
                                .toList());
                assertThat(fixture.log(id).segments()).hasSize(1);
            }
        }
    }
}
