package dev.tandem.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.Distribution;
import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupSizeTest {
    @TempDir
    Path directory;

    @Test
    void writesAWindowOfLargeCommitsInSteps() {
        // when
        Distribution groups = groupsOf(64, "x".repeat(64 << 10));

        // then
        assertThat(groups.sum()).isEqualTo(64);
        assertThat(groups.count()).isEqualTo(4);
    }

    @Test
    void writesSmallCommitsThatWaitInOneGroup() {
        // when
        Distribution groups = groupsOf(2_000, "x".repeat(1_000));

        // then
        assertThat(groups.sum()).isEqualTo(2_000);
        assertThat(groups.count()).isEqualTo(1);
    }

    /** How many commits each group held, when so many waited for the commit thread. */
    private Distribution groupsOf(int commits, String body) {
        try (var fixture = new EngineFixture(directory)) {
            long log = fixture.createLog(Retention.EXPLICIT);
            Distribution before = fixture.engine().metrics().groupCommits();
            List<CompletableFuture<CommitResult>> results = new ArrayList<>();
            EngineInternals.inOneGroup(fixture.engine(), () -> {
                for (int i = 0; i < commits; i++) {
                    var commit = EngineFixture.builder(EngineFixture.message(log, body));
                    results.add(fixture.engine().commit(commit, Durability.WRITTEN));
                }
            });
            results.forEach(EngineFixture::await);
            return fixture.engine().metrics().groupCommits().since(before);
        }
    }
}
