package dev.tandem.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.commit.Change.Acknowledge;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Change.TrimLog;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens directories as crashes and damage leave them: a copy of the files of a running engine is what kill -9 leaves. */
class RecoveryTest {
    private static final long NATIVE_MEMORY = 64L << 20;

    @TempDir
    Path directory;

    @Test
    void everySyncedCommitIsThereAfterACrash() throws IOException {
        Path live = directory.resolve("live");
        Path crashed = directory.resolve("crashed");
        long log;
        // given
        try (var fixture = new EngineFixture(live)) {
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            for (int i = 0; i < 5; i++) {
                fixture.publish(log, "m" + i);
            }
            fixture.commit(new Acknowledge(log, 0, new long[] {0, 2}));

            // when
            copy(live, crashed);
        }

        // then
        try (var recovered = new EngineFixture(crashed)) {
            assertThat(recovered.engine().recovered()).isTrue();
            assertThat(recovered.bodies(log, 0)).isEqualTo(List.of("m0", "m1", "m2", "m3", "m4"));
            var acks = EngineFixture.await(recovered.engine().ackSet(log, 0));
            assertThat(acks.floor()).isEqualTo(2);
            assertThat(acks.deliveredEnd()).isEqualTo(Long.MAX_VALUE);
            assertThat(recovered.publish(log, "next")).isEqualTo(5);
        }
    }

    @Test
    void messagesThatNobodyAcknowledgedMayHaveBeenDeliveredBeforeACrash() throws IOException {
        Path live = directory.resolve("live");
        Path crashed = directory.resolve("crashed");
        long log;
        // given a cursor without rows
        try (var fixture = new EngineFixture(live)) {
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "delivered, then the broker died");

            // when
            copy(live, crashed);
        }

        // then
        try (var recovered = new EngineFixture(crashed)) {
            var acks = EngineFixture.await(recovered.engine().ackSet(log, 0));
            assertThat(acks.deliveredEnd()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void refusesADirectoryThatLacksASyncedCommit() throws IOException {
        Path live = directory.resolve("live");
        Path damaged = directory.resolve("damaged");
        // given
        try (var fixture = new EngineFixture(live)) {
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "a");
            copy(live, damaged);
            for (int i = 0; i < 5; i++) {
                fixture.publish(log, "acknowledged");
            }
            // when
            Files.copy(
                    live.resolve("synced-index"), damaged.resolve("synced-index"), StandardCopyOption.REPLACE_EXISTING);
        }

        // then
        assertThatThrownBy(() -> StorageEngine.open(StorageConfig.defaults(damaged)))
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("lacks commits that were acknowledged");
    }

    @Test
    void refusesADirectoryWithoutOneOfItsWriteAheadLogs() throws IOException {
        Path live = directory.resolve("live");
        Path whole = directory.resolve("whole");
        // given a log that is in use, and one before it
        try (var fixture = new EngineFixture(live)) {
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "a");
        }
        try (var fixture = new EngineFixture(live)) {
            fixture.createLog(Retention.ACKNOWLEDGED);
            copy(live, whole);
        }
        List<Path> wals;
        try (var files = Files.list(whole.resolve("db"))) {
            wals = files.filter(file ->
                            file.toString().endsWith(".log") && file.toFile().length() > 0)
                    .toList();
        }
        assertThat(wals).isNotEmpty();
        for (Path wal : wals) {
            Path damaged = directory.resolve("damaged-" + wal.getFileName());
            copy(whole, damaged);

            // when
            Files.delete(damaged.resolve("db").resolve(wal.getFileName()));

            // then
            assertThatThrownBy(() -> StorageEngine.open(StorageConfig.defaults(damaged)))
                    .isInstanceOf(DirectoryRefused.class)
                    .hasMessageContaining("lacks commits that were acknowledged");
        }
    }

    @Test
    void startsWithoutASyncedIndexOrWithAGarbledOne() throws IOException {
        Path index = directory.resolve("synced-index");
        long log;
        // given
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            fixture.publish(log, "a");
        }

        // when
        Files.delete(index);

        // then
        try (var fixture = new EngineFixture(directory)) {
            assertThat(fixture.bodies(log, 0)).containsExactly("a");
            fixture.publish(log, "b");
        }
        Files.write(index, new byte[24]);
        try (var fixture = new EngineFixture(directory)) {
            assertThat(fixture.bodies(log, 0)).containsExactly("a", "b");
        }
    }

    @Test
    void aDamagedLogLeavesTheOthersServedAndWritable() {
        long damaged;
        long sound;
        // given
        try (var fixture = new EngineFixture(directory)) {
            damaged = fixture.createLog(Retention.EXPLICIT);
            sound = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(damaged, "before");
            fixture.publish(damaged, "hit");
            fixture.publish(sound, "sound");
        }
        damage(ColumnFamily.RECORDS, StorageSchema.recordKey(damaged, 1), 90);

        try (var fixture = new EngineFixture(directory)) {
            // when
            var read = fixture.log(damaged).read(0, 2, 1 << 20);

            // then what lies before the damage is served
            assertThat(read.nextOffset()).isEqualTo(1);
            assertThatThrownBy(() -> fixture.log(damaged).read(1, 2, 1 << 20))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining("log " + damaged)
                    .hasMessageContaining("offset 1");
            assertThat(fixture.bodies(sound, 0)).containsExactly("sound");
            assertThat(fixture.publish(damaged, "after")).isEqualTo(2);
            assertThat(fixture.engine().alarm()).isEmpty();
        }
    }

    @Test
    void neverServesRecordsWhoseChecksumIsWrong() {
        long log;
        // given
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, "a message");
        }
        byte[] key = StorageSchema.recordKey(log, 0);
        try (RocksStore store = RocksDirectory.open(directory, NATIVE_MEMORY)) {
            byte[] value = store.get(ColumnFamily.RECORDS, key).clone();
            value[value.length - 5] ^= 1;
            var rows = new BatchBuilder(256);
            rows.put(ColumnFamily.RECORDS, key, value);
            // when
            store.write(rows.build());
        }

        // then
        try (var fixture = new EngineFixture(directory)) {
            assertThatThrownBy(() -> fixture.bodies(log, 0))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining("log " + log)
                    .hasMessageContaining("offset 0")
                    .hasMessageContaining("CRC");
        }
    }

    @Test
    void aDamagedCursorRefusesItsOwnAcknowledgementsAndNothingElse() {
        long log;
        // given
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, "a");
            fixture.commit(new Acknowledge(log, 1, new long[] {0, 1}));
        }
        damage(ColumnFamily.CURSORS, StorageSchema.cursorKey(log, 1, StorageSchema.CURSOR_HEAD, 0), 0);

        try (var fixture = new EngineFixture(directory)) {
            // when
            assertThatThrownBy(() -> fixture.commit(new Acknowledge(log, 1, new long[] {0, 1})))
                    .isInstanceOf(CorruptData.class);

            // then
            fixture.commit(new Acknowledge(log, 2, new long[] {0, 1}));
            assertThat(fixture.publish(log, "b")).isEqualTo(1);
        }
    }

    @Test
    void aDamagedEntryRefusesATrimIntoItAndNothingElse() {
        long log;
        // given
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(EngineFixture.message(log, "a"), EngineFixture.message(log, "b"));
            fixture.publish(log, "c");
        }
        damage(ColumnFamily.RECORDS, StorageSchema.recordKey(log, 0), 90);

        try (var fixture = new EngineFixture(directory)) {
            // when
            assertThatThrownBy(() -> fixture.commit(new TrimLog(log, 1))).isInstanceOf(CorruptData.class);

            // then
            fixture.commit(new TrimLog(log, 2));
            assertThat(fixture.bodies(log, 2)).containsExactly("c");
        }
    }

    /** Flips a bit of a value's byte. */
    private void damage(ColumnFamily family, byte[] key, int at) {
        try (RocksStore store = RocksDirectory.open(directory, NATIVE_MEMORY)) {
            byte[] value = store.get(family, key).clone();
            value[at] ^= 2;
            var rows = new BatchBuilder(256);
            rows.put(family, key, value);
            store.write(rows.build());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
