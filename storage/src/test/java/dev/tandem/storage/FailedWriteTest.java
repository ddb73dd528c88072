package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.Acknowledge;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.rocksdb.FaultyDisk;
import dev.tandem.storage.rocksdb.FaultyDisk.Fault;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients of an engine see while its disk fails, and after. */
class FailedWriteTest {
    @TempDir
    Path directory;

    private EngineFixture fixture;
    private FaultyDisk disk;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(StorageConfig.defaults(directory), EngineInternals::openWatchful);
        disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void awaitRecovery() {
        Awaitility.await("recovery")
                .atMost(Duration.ofSeconds(60))
                .until(() -> fixture.engine().alarm().isEmpty());
    }

    @Test
    void refusesEveryCommitWithTheReasonUntilTheDiskWorksAgain() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        disk.breakNow();

        // when
        assertThatThrownBy(() -> fixture.publish(log, "lost"))
                // then
                .isInstanceOf(WritesSuspended.class)
                .hasMessageContaining("cannot write: injected")
                .hasMessageContaining("until the disk takes writes again");
        assertThatThrownBy(() -> fixture.commit(new Acknowledge(log, 0, new long[] {0, 1})))
                .isInstanceOf(WritesSuspended.class);
        assertThat(fixture.engine().alarm().map(StorageAlarm::kind)).contains(StorageAlarm.Kind.WRITE_FAILED);
        disk.mend();
        awaitRecovery();
        assertThat(fixture.publish(log, "stored")).isZero();
        assertThat(fixture.bodies(log, 0)).containsExactly("stored");
    }

    @Test
    void servesReadersFromCacheAndDiskMeanwhile() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "before the restart");
        fixture.reopen();
        disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
        fixture.publish(log, "cached");
        disk.breakNow();

        // when
        assertThatThrownBy(() -> fixture.publish(log, "lost")).isInstanceOf(WritesSuspended.class);

        // then
        assertThat(fixture.bodies(log, 0)).containsExactly("before the restart", "cached");
        disk.mend();
        awaitRecovery();
        assertThat(fixture.bodies(log, 0)).containsExactly("before the restart", "cached");
    }

    @Test
    void keepsWhatReadersWereShownWhenAFailedSyncLosesPages() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.publish(log, "synced");
        disk.whenReopened(database -> {
            for (var file : disk.syncedBytes().entrySet()) {
                try (var wal = new java.io.RandomAccessFile(
                        database.resolve(file.getKey()).toFile(), "rw")) {
                    wal.setLength(file.getValue());
                }
            }
        });
        disk.failAt(1, Fault.PAGES_LOST);

        // when
        await(fixture.engine().commit(EngineFixture.builder(message(log, "shown")), Durability.WRITTEN));
        assertThat(fixture.bodies(log, 0)).containsExactly("synced", "shown");
        Awaitility.await().until(() -> fixture.engine().alarm().isPresent());
        disk.mend();
        awaitRecovery();

        // then
        assertThat(fixture.bodies(log, 0)).containsExactly("synced", "shown");
        assertThat(fixture.publish(log, "next")).isEqualTo(2);
        fixture.reopen();
        assertThat(fixture.bodies(log, 0)).containsExactly("synced", "shown", "next");
    }

    @Test
    void forgetsInMemoryWhatWasRefused() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.publish(log, "a");
        long refused = fixture.engine().allocateLogId();
        disk.breakNow();

        // when
        assertThatThrownBy(() -> fixture.commit(
                        new Change.CreateLog(refused, Retention.EXPLICIT),
                        message(log, "b"),
                        new Acknowledge(log, 0, new long[] {0, 1}),
                        new Change.DeleteLog(log)))
                .isInstanceOf(WritesSuspended.class);
        disk.mend();
        awaitRecovery();

        // then
        assertThat(fixture.engine().openLog(refused)).isEmpty();
        assertThat(fixture.log(log).exists()).isTrue();
        assertThat(fixture.log(log).writtenEnd()).isEqualTo(1);
        assertThat(await(fixture.engine().ackSet(log, 0)).floor()).isZero();
    }

    @Test
    void tellsWatchersOfWhatCameToLightWithTheRecovery() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        Log open = fixture.log(log);
        var moved = new AtomicInteger();
        open.watch(Runnable::run, watched -> moved.incrementAndGet());
        disk.failAt(1, Fault.WRITE_LANDED);

        // when
        assertThatThrownBy(() -> fixture.publish(log, "refused, and there")).isInstanceOf(WritesSuspended.class);
        disk.mend();
        awaitRecovery();

        // then
        assertThat(moved).hasPositiveValue();
        assertThat(open.highWatermark()).isEqualTo(1);
        assertThat(fixture.bodies(log, 0)).containsExactly("refused, and there");
        assertThat(fixture.publish(log, "next")).isEqualTo(1);
    }

    @Test
    void tellsListenersOfAlarmAndRecovery() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        var heard = new ConcurrentLinkedQueue<Optional<StorageAlarm.Kind>>();
        fixture.engine().onAlarm(Runnable::run, alarm -> heard.add(alarm.map(StorageAlarm::kind)));

        // when
        disk.breakNow();
        assertThatThrownBy(() -> fixture.publish(log, "lost")).isInstanceOf(WritesSuspended.class);
        disk.mend();
        awaitRecovery();

        // then
        assertThat(heard).containsExactly(Optional.of(StorageAlarm.Kind.WRITE_FAILED), Optional.empty());
    }

    @Test
    void closesWhileTheDiskFails() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "kept");
        disk.breakNow();
        assertThatThrownBy(() -> fixture.publish(log, "lost")).isInstanceOf(WritesSuspended.class);

        // when
        fixture.reopen();

        // then
        assertThat(fixture.engine().recovered()).isTrue();
        assertThat(fixture.bodies(log, 0)).containsExactly("kept");
    }

    @Test
    void aReadThatFailsDoesNotStopWrites() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "a");
        fixture.reopen();
        disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
        Log open = fixture.log(log);
        disk.breakReads(true);

        // when
        assertThatThrownBy(() -> open.read(0, 1, 1000)).isInstanceOf(StorageFailure.class);

        // then
        assertThat(fixture.publish(log, "b")).isEqualTo(1);
        disk.breakReads(false);
        assertThat(fixture.bodies(log, 0)).isEqualTo(List.of("a", "b"));
    }

    @Test
    void refusesAppendsOnlyWhileSpaceIsLow() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.publish(log, "a");
        fixture.close();
        var full = StorageConfig.defaults(directory).withDiskFreeLimitBytes(Long.MAX_VALUE / 4);

        // when
        fixture = new EngineFixture(full, EngineInternals::openWatchful);

        // then
        assertThat(fixture.engine().alarm().map(StorageAlarm::kind)).contains(StorageAlarm.Kind.LOW_SPACE);
        assertThatThrownBy(() -> fixture.publish(log, "b"))
                .isInstanceOf(WritesSuspended.class)
                .hasMessageContaining("storage.disk-free-limit-bytes")
                .hasMessageContaining(directory.toString());
        fixture.commit(new Acknowledge(log, 0, new long[] {0, 1}));
        assertThat(await(fixture.engine().ackSet(log, 0)).floor()).isEqualTo(1);
        fixture.commit(new Change.DeleteLog(log));
    }
}
