package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.backup.StoppedBackup;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
            var report = await(fixture.engine().backup(backup).done());
            assertThat(report.directory()).isEqualTo(backup);
            assertThat(report.bytes()).isGreaterThan(50_000);
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
            await(fixture.engine().backup(backup).done());

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
            assertThatThrownBy(() -> fixture.engine().backup(taken))
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
            await(fixture.engine().backup(directory.resolve("backup")).done());

            // then
            assertThat(directory.resolve("backup.incomplete")).doesNotExist();
            assertThat(directory.resolve("backup/db/CURRENT")).exists();
        }
    }

    @Test
    void refusesPlacesWhereABackupCannotLie() throws IOException {
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            // given
            Path file = Files.writeString(directory.resolve("file"), "not a directory");

            // then
            assertThatThrownBy(() -> fixture.engine().backup(directory.resolve("data/db/backup")))
                    .isInstanceOf(DirectoryRefused.class)
                    .hasMessageContaining("lies within the data directory");
            assertThatThrownBy(() -> fixture.engine().backup(file.resolve("backup")))
                    .isInstanceOf(DirectoryRefused.class)
                    .hasMessageStartingWith("cannot back up to " + file.resolve("backup"));
        }
    }

    @Test
    void refusesABackupOnceTheEngineIsClosed() {
        // given
        var fixture = new EngineFixture(directory.resolve("data"));
        fixture.close();

        // when
        assertThatThrownBy(() -> fixture.engine().backup(directory.resolve("backup")))
                // then
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("closed");
    }

    @Test
    void copiesToAnotherFileSystemAndLeavesNothingInTheOriginal() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(directory)));
        Path elsewhere = Files.createTempDirectory(memory, "tandem-backup");
        Path data = directory.resolve("data");
        try (var fixture = new EngineFixture(data)) {
            // given
            long log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, "x".repeat(50_000));
            Files.createDirectories(data.resolve("backup.incomplete")); // as a broker leaves it that was killed
            fixture.reopen();
            assertThat(data.resolve("backup.incomplete")).doesNotExist();

            // when
            var run = fixture.engine().backup(elsewhere.resolve("backup"));
            await(run.done());

            // then
            assertThat(run.bytesSoFar()).isGreaterThan(50_000);
            assertThat(data.resolve("backup.incomplete")).doesNotExist();
            try (var restored = new EngineFixture(elsewhere.resolve("backup"))) {
                assertThat(restored.bodies(log, 0)).containsExactly("x".repeat(50_000));
            }
        } finally {
            deleteAll(elsewhere);
        }
    }

    @Test
    void backsUpADirectoryThatNobodyUsesWithoutChangingIt() throws IOException {
        Path data = directory.resolve("data");
        Path backup = directory.resolve("backup");
        long log;
        // given
        try (var fixture = new EngineFixture(data)) {
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "x".repeat(50_000));
            fixture.reopen(); // that writes data files
            fixture.publish(log, "behind");
        }
        var before = sizes(data);

        // when
        var report = await(StoppedBackup.start(data, backup).done());

        // then
        assertThat(sizes(data)).isEqualTo(before);
        assertThat(report.bytes()).isGreaterThan(50_000);
        try (var restored = new EngineFixture(backup)) {
            assertThat(restored.engine().recovered()).isFalse();
            assertThat(restored.bodies(log, 0)).containsExactly("x".repeat(50_000), "behind");
            restored.publish(log, "goes on");
        }
        try (var original = new EngineFixture(data)) {
            assertThat(original.bodies(log, 0)).hasSize(2);
        }
    }

    @Test
    void backsUpABackup() {
        Path backup = directory.resolve("backup");
        long log;
        // given
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, "kept");
            await(fixture.engine().backup(backup).done());
        }

        // when
        await(StoppedBackup.start(backup, directory.resolve("second")).done());

        // then
        try (var restored = new EngineFixture(directory.resolve("second"))) {
            assertThat(restored.bodies(log, 0)).containsExactly("kept");
        }
    }

    @Test
    void refusesToBackUpWhatIsNoDataDirectory() {
        assertThatThrownBy(() -> StoppedBackup.start(directory.resolve("nothing"), directory.resolve("backup")))
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("is not a data directory of Tandem");
    }

    private static Map<String, Long> sizes(Path dataDir) throws IOException {
        var sizes = new TreeMap<String, Long>();
        try (var files = Files.walk(dataDir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(dataDir.relativize(file).toString(), Files.size(file));
            }
        }
        return sizes;
    }

    private static void deleteAll(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
