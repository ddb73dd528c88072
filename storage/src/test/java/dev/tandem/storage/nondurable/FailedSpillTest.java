package dev.tandem.storage.nondurable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.rocksdb.FaultyDisk;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to messages of non-durable logs while the disk fails. */
class FailedSpillTest {
    private static final int MESSAGES = 4_000;

    @TempDir
    private Path directory;

    @Test
    void keepsWhatTheDiskDoesNotTakeAndSpillsItAfterTheRecovery() {
        var config = StorageConfig.defaults(directory).withMemoryBytes(16 << 20);
        try (var fixture = new EngineFixture(config, EngineInternals::openWatchful)) {
            // given
            long stored = fixture.createLog(Retention.EXPLICIT);
            var disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
            TransientLogs logs = fixture.engine().transientLogs();
            var owner = new LogOwner(logs);
            TransientLog log = owner.create();

            // when
            disk.breakNow();
            for (int i = 0; i < MESSAGES; i++) {
                owner.append(log, body(i));
            }

            // then
            assertThat(logs.budget().isExhausted()).isTrue();
            await().untilAsserted(() -> assertThat(fixture.engine().alarm().map(StorageAlarm::kind))
                    .contains(StorageAlarm.Kind.WRITE_FAILED));
            assertThat(owner.read(log, 1)).isEqualTo(body(1));

            // when
            disk.mend();

            // then
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(fixture.engine().alarm()).isEmpty();
                assertThat(logs.budget().usedBytes()).isLessThan(config.transientBytes() * 3 / 4);
            });
            assertThat(fixture.publish(stored, "taken again")).isZero();
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(owner.read(log, i)).isEqualTo(body(i));
            }
            owner.close();
        }
    }

    @Test
    void goesOnAfterAnErrorThatIsNoneOfTheDisk() {
        var config = StorageConfig.defaults(directory).withMemoryBytes(16 << 20);
        try (var fixture = new EngineFixture(config, EngineInternals::openWatchful)) {
            // given
            var disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
            TransientLogs logs = fixture.engine().transientLogs();
            var owner = new LogOwner(logs);
            TransientLog log = owner.create();
            disk.strike(FaultyDisk.Place.WRITE, new OutOfMemoryError("injected"));

            // when
            for (int i = 0; i < MESSAGES; i++) {
                owner.append(log, body(i));
            }
            assertThat(logs.budget().isExhausted()).isTrue();
            disk.mend();

            // then
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(logs.budget().usedBytes()).isLessThan(config.transientBytes() * 3 / 4));
            assertThat(fixture.engine().alarm()).isEmpty();
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(owner.read(log, i)).isEqualTo(body(i));
            }
            owner.close();
        }
    }

    private static byte[] body(int number) {
        return ByteBuffer.allocate(1_000).putInt(number).array();
    }
}
