package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.rocksdb.FaultyDisk;
import dev.tandem.storage.rocksdb.FaultyDisk.Place;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors that are no failures of a disk strike the threads that everybody waits for. */
class ThreadErrorTest {
    private static final Error NO_MEMORY = new OutOfMemoryError("injected");

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

    @ParameterizedTest
    @EnumSource
    void isRefusedAndRecoveredFromLikeAFailedWrite(Place place) {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "a");
        reopen();
        disk.strike(place, NO_MEMORY);

        // when
        List<CompletableFuture<CommitResult>> waiting = publishInOneGroup(log, 100);

        // then
        for (CompletableFuture<CommitResult> commit : waiting) {
            assertThatThrownBy(() -> await(commit))
                    .isInstanceOf(WritesSuspended.class)
                    .hasMessageContaining("OutOfMemoryError: injected");
        }
        assertThat(fixture.engine().alarm().map(StorageAlarm::kind)).contains(StorageAlarm.Kind.WRITE_FAILED);
        assertThatThrownBy(() -> fixture.publish(log, "refused")).isInstanceOf(WritesSuspended.class);
        disk.mend();
        awaitRecovery();
        long next = fixture.publish(log, "z");
        assertThat(fixture.bodies(log, 0)).startsWith("a").endsWith("z").hasSize((int) next + 1);
        assertThat(fixture.engine().budget().inFlightBytes()).isZero();
    }

    @Test
    void closesWhileItLasts() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "kept");
        disk.strike(Place.WRITE, new LinkageError("injected"));
        List<CompletableFuture<CommitResult>> waiting = publishInOneGroup(log, 1);

        // when
        fixture.engine().close();

        // then
        assertThatThrownBy(() -> await(waiting.get(0))).isInstanceOf(WritesSuspended.class);
        assertThatThrownBy(() -> fixture.publish(log, "late")).isInstanceOf(StorageFailure.class);
        fixture.reopen();
        assertThat(fixture.bodies(log, 0)).containsExactly("kept");
    }

    @Test
    void ofAQuestionIsItsAnswer() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        reopen();
        disk.strike(Place.READ, NO_MEMORY);

        // when
        assertThatThrownBy(() -> await(fixture.engine().ackSet(log, 0)))
                // then
                .hasRootCause(NO_MEMORY);
        disk.mend();
        assertThat(fixture.publish(log, "a")).isZero();
    }

    @Test
    void ofAnExecutorKeepsNobodyElseFromHearing() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        Executor broken = task -> {
            throw new AssertionError("injected");
        };
        var heard = new CompletableFuture<CommitResult>();

        // when
        EngineInternals.inOneGroup(fixture.engine(), () -> {
            for (Durability durability : Durability.values()) {
                fixture.engine().submit(Commit.of(message(log, "unheard"), durability, broken, result -> {}));
            }
            fixture.engine()
                    .submit(Commit.of(message(log, "heard"), Durability.SYNCED, Runnable::run, heard::complete));
        });

        // then
        assertThat(await(heard).isApplied()).isTrue();
        assertThat(fixture.engine().alarm()).isEmpty();
        assertThat(fixture.bodies(log, 0)).containsExactly("unheard", "unheard", "heard");
    }

    private void reopen() {
        fixture.reopen();
        disk = FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine()));
    }

    private List<CompletableFuture<CommitResult>> publishInOneGroup(long log, int count) {
        var results = new ArrayList<CompletableFuture<CommitResult>>();
        EngineInternals.inOneGroup(fixture.engine(), () -> {
            for (int i = 0; i < count; i++) {
                results.add(fixture.engine().commit(EngineFixture.builder(message(log, "b" + i)), Durability.SYNCED));
            }
        });
        return results;
    }

    private void awaitRecovery() {
        Awaitility.await("recovery")
                .atMost(Duration.ofMinutes(1))
                .until(() -> fixture.engine().alarm().isEmpty());
    }
}
