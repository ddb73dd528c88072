package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit flips in a data file, and a compaction of RocksDB meets it: RocksDB takes no writes then, by itself for ever. */
class DamagedCompactionTest {
    /** More than it takes for an automatic compaction. */
    private static final int FILES = 12;

    @TempDir
    Path directory;

    private EngineFixture fixture;
    private long wholly;
    private long partly;
    private long sound;
    private Path file;

    /** The first of the data files is damaged before a compaction reads it. */
    @BeforeEach
    void damage() throws IOException {
        fixture = new EngineFixture(StorageConfig.defaults(directory), EngineInternals::openWatchful);
        wholly = fixture.createLog(Retention.EXPLICIT);
        partly = fixture.createLog(Retention.EXPLICIT);
        sound = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(wholly, "is damaged");
        fixture.publish(partly, "in the same block");
        store().flushAll();
        fixture.publish(partly, "behind the damage");
        fixture.publish(sound, "sound");
        store().flushAll();
        file = flipBitIn("is damaged");
        fixture.engine().damage().ifPresent(alarm -> {
            throw new AssertionError("found before it was looked for: " + alarm);
        });
        compact();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void isNamedByAnAlarmThatStaysAndNotMetAgain() {
        // given
        int openings = store().openings();

        // when
        for (int i = 0; i < 3 * FILES; i++) {
            assertThat(fixture.publish(sound, "more " + i)).isGreaterThan(i);
            store().flushAll();
        }
        store().compactAll(ColumnFamily.RECORDS);
        fixture.publish(sound, "last");

        // then
        assertThat(fixture.engine().alarm()).isEmpty();
        assertThat(store().openings()).isEqualTo(openings).isGreaterThan(1);
        StorageAlarm alarm = Objects.requireNonNull(fixture.engine().damage().orElse(null));
        assertThat(alarm.kind()).isEqualTo(StorageAlarm.Kind.DATA_DAMAGED);
        assertThat(alarm.reason())
                .contains("checksum mismatch")
                .contains(Objects.requireNonNull(file.getFileName()).toString())
                .contains("[records]");
    }

    @Test
    void leavesWhatIsSoundAloneAndServesNothingElse() {
        // when
        for (long log : new long[] {wholly, partly}) {
            assertThatThrownBy(() -> fixture.publish(log, "more"))
                    // then
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining("log " + log + " takes no changes");
        }
        assertThatThrownBy(() -> fixture.bodies(wholly, 0)).isInstanceOf(CorruptData.class);
        // Each entry proves by itself that it is sound, whatever lies beside it.
        assertThat(fixture.bodies(partly, 0)).startsWith("in the same block");
        assertThat(fixture.bodies(partly, 1)).containsExactly("behind the damage");
        assertThat(fixture.bodies(sound, 0)).startsWith("sound");
        fixture.commit(new Change.DeleteLog(wholly));
        assertThat(fixture.engine().openLog(wholly)).isEmpty();
    }

    @Test
    void deletesALogThatCannotBeOpened() {
        // given
        fixture.reopen();
        compact();
        assertThatThrownBy(() -> fixture.publish(wholly, "more")).isInstanceOf(CorruptData.class);

        // when
        fixture.commit(new Change.DeleteLog(wholly));

        // then
        assertThatThrownBy(() -> fixture.commit(message(wholly, "more"))).isInstanceOf(StorageException.NotFound.class);
        assertThat(fixture.bodies(sound, 0)).startsWith("sound");
    }

    private RocksStore store() {
        return EngineInternals.storeOf(fixture.engine());
    }

    /** Writes files until a compaction has met the damage, and the engine has recovered from that. */
    private void compact() {
        for (int i = 0; i < FILES && fixture.engine().damage().isEmpty(); i++) {
            try {
                fixture.publish(sound, "compacted " + i);
                // Files that do not overlap with the damaged one would leave it as it is.
                fixture.publish(wholly, "compacted " + i);
                store().flushAll();
            } catch (StorageException refused) {
                assertThat(refused).hasMessageContaining("checksum mismatch");
            }
        }
        Awaitility.await("the damage").atMost(Duration.ofMinutes(1)).until(() -> {
            tryToPublish();
            return fixture.engine().damage().isPresent()
                    && fixture.engine().alarm().equals(Optional.empty());
        });
    }

    private void tryToPublish() {
        try {
            fixture.publish(sound, "tried");
        } catch (StorageException.WritesSuspended refused) {
            assertThat(refused).hasMessageContaining("until the database has been opened again");
        }
    }

    private Path flipBitIn(String text) throws IOException {
        try (var files = Files.newDirectoryStream(directory.resolve("db"), "*.sst")) {
            for (Path candidate : files) {
                int at = new String(Files.readAllBytes(candidate), ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    try (var bytes = new RandomAccessFile(candidate.toFile(), "rw")) {
                        bytes.seek(at);
                        bytes.write(text.charAt(0) ^ 1);
                    }
                    return candidate;
                }
            }
        }
        throw new AssertionError("'" + text + "' is in no data file");
    }
}
