package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    @TempDir
    Path directory;

    @Test
    void anEngineStartsFromABackupThatWasTakenWhileItWorked() {
        Path backup = directory.resolve("backups/monday");
        long log;
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            // given
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "a");
            fixture.publish(log, "x".repeat(50_000));
            fixture.commit(
                    new Change.Acknowledge(log, 0, new long[] {0, 1}),
                    new Change.Define(new Definition.Vhost("v"), true));

            // when
            assertThat(await(fixture.engine().backup(backup))).isEqualTo(backup);
            fixture.publish(log, "later");
            assertThat(fixture.bodies(log, 0)).hasSize(3);
        }

        // then
        try (var restored = new EngineFixture(backup)) {
            assertThat(restored.engine().recovered()).isTrue();
            assertThat(restored.bodies(log, 0)).containsExactly("a", "x".repeat(50_000));
            assertThat(await(restored.engine().ackSet(log, 0)).floor()).isEqualTo(1);
            assertThat(restored.engine().catalog().all(Definition.Vhost.class)).hasSize(1);
            assertThat(restored.publish(log, "goes on")).isEqualTo(2);
        }
    }

    @Test
    void aBackupDoesNotChangeWhenItsOriginalDoes() {
        Path backup = directory.resolve("backup");
        long log;
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            // given
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(message(log, "kept"));
            await(fixture.engine().backup(backup));

            // when
            fixture.commit(new Change.DeleteLog(log));
            fixture.reopen();
        }

        // then
        try (var restored = new EngineFixture(backup)) {
            assertThat(restored.bodies(log, 0)).isEqualTo(List.of("kept"));
        }
    }

    @Test
    void refusesToWriteOverWhatExists() throws IOException {
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            // given
            Path taken = Files.createDirectory(directory.resolve("taken"));

            // when
            assertThatThrownBy(() -> await(fixture.engine().backup(taken)))
                    // then
                    .isInstanceOf(DirectoryRefused.class)
                    .hasMessageContaining("exists already");
        }
    }

    @Test
    void aBackupThatWasBrokenOffIsReplacedByTheNextOne() throws IOException {
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            // given
            Files.createDirectories(directory.resolve("backup.incomplete/db"));

            // when
            await(fixture.engine().backup(directory.resolve("backup")));

            // then
            assertThat(directory.resolve("backup.incomplete")).doesNotExist();
            assertThat(directory.resolve("backup/db/CURRENT")).exists();
        }
    }
}
