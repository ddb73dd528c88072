package dev.tandem.storage.nondurable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.crash.DirectoryCopy;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is spilled is written without the write-ahead log: a restart finds none of it, and everything else. */
class TransientRestartTest {
    @TempDir
    private Path directory;

    @Test
    void leavesNothingToARestart() {
        try (var fixture = new EngineFixture(config(directory))) {
            // given
            long stored = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(stored, "kept");
            spill(fixture.engine());

            // when
            fixture.reopen();

            // then
            assertThat(fixture.bodies(stored, 0)).containsExactly("kept");
            assertNothingIsSpilled(fixture);
        }
        assertFamilyIsEmpty(directory);
    }

    @Test
    void emptiesWhatABackupOrAKilledBrokerLeft(@TempDir Path elsewhere) {
        // given
        Path copy = elsewhere.resolve("copy");
        var expected = new ArrayList<String>();
        long stored;
        try (var fixture = new EngineFixture(config(directory))) {
            stored = fixture.createLog(Retention.EXPLICIT);
            for (int i = 0; i < 20; i++) {
                spill(fixture.engine());
                fixture.publish(stored, "kept " + i);
                expected.add("kept " + i);
            }
            // A checkpoint takes all families along: it is what a killed broker leaves.
            EngineFixture.await(fixture.engine().backup(copy).done());
        }
        try (RocksStore left = RocksDirectory.openReadOnly(copy)) {
            assertThat(left.isEmpty(ColumnFamily.TRANSIENT)).isFalse();
        }

        // when
        try (var fixture = new EngineFixture(config(copy))) {

            // then
            assertThat(fixture.bodies(stored, 0)).isEqualTo(expected);
            assertNothingIsSpilled(fixture);
            spill(fixture.engine());
        }
        assertFamilyIsEmpty(copy);
    }

    @Test
    void keepsEveryCommitOfABrokerThatWasKilledWhileItSpilled(@TempDir Path elsewhere) throws IOException {
        try (var fixture = new EngineFixture(config(directory))) {
            // given
            long stored = fixture.createLog(Retention.EXPLICIT);
            var expected = new ArrayList<String>();
            for (int i = 0; i < 10; i++) {
                fixture.publish(stored, "kept " + i);
                expected.add("kept " + i);
                spill(fixture.engine());
            }
            // Rows without the write-ahead log take numbers that are missing in it.
            fixture.publish(stored, "last");
            expected.add("last");

            // when
            Path copy = elsewhere.resolve("copy");
            DirectoryCopy.ofLive(directory, copy);

            // then
            try (var restarted = new EngineFixture(config(copy))) {
                assertThat(restarted.bodies(stored, 0)).isEqualTo(expected);
                assertNothingIsSpilled(restarted);
                restarted.publish(stored, "next");
                expected.add("next");
                restarted.reopen();
                assertThat(restarted.bodies(stored, 0)).isEqualTo(expected);
            }
            assertFamilyIsEmpty(copy);
        }
    }

    private static StorageConfig config(Path directory) {
        return StorageConfig.defaults(directory).withMemoryBytes(16 << 20);
    }

    /** More than fits into memory, in a log that nobody deletes. */
    private static void spill(StorageEngine engine) {
        TransientLogs logs = engine.transientLogs();
        var owner = new LogOwner(logs);
        TransientLog log = owner.create();
        long before = logs.spilledBytes();
        List<byte[]> bodies = List.of("not to be seen again ".repeat(50).getBytes(UTF_8));
        for (int i = 0; i < 4000; i++) {
            owner.append(log, bodies.get(0));
        }
        await().untilAsserted(() -> assertThat(logs.spilledBytes()).isGreaterThan(before + (1 << 20)));
    }

    private static void assertNothingIsSpilled(EngineFixture fixture) {
        assertThat(fixture.engine().metrics().spilledBytes()).isZero();
        assertThat(fixture.engine().metrics().transientLogs()).isZero();
    }

    private static void assertFamilyIsEmpty(Path directory) {
        try (RocksStore left = RocksDirectory.openReadOnly(directory)) {
            assertThat(left.isEmpty(ColumnFamily.TRANSIENT)).isTrue();
        }
    }
}
