package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.rocksdb.FaultyDisk;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written and not synced is kept for a recovery, and takes its share of the memory while the disk is slow. */
class UnsyncedMemoryTest {
    private static final int BODY = 100_000;

    @TempDir
    Path directory;

    @Test
    void writesWaitForADiskThatDoesNotSync() {
        var config = StorageConfig.defaults(directory).withMemoryBytes(16 << 20);
        try (var fixture = new EngineFixture(config)) {
            // given
            long log = fixture.createLog(Retention.EXPLICIT);
            var synced = new CountDownLatch(1);
            FaultyDisk.beneath(EngineInternals.storeOf(fixture.engine())).delaySyncs(synced);
            String body = "x".repeat(BODY);

            // when
            int count = 0;
            for (long bytes = 0; bytes <= config.tailCacheBytes(); bytes += BODY) {
                await(publish(fixture, log, body));
                count++;
            }

            // then
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(UnsyncedMemoryTest::commitThreadWaits);
            CompletableFuture<CommitResult> later = publish(fixture, log, "later");
            synced.countDown();
            assertThat(await(later).value(0)).isEqualTo(count);
        }
    }

    private static CompletableFuture<CommitResult> publish(EngineFixture fixture, long log, String body) {
        return fixture.engine().commit(EngineFixture.builder(message(log, body)), Durability.WRITTEN);
    }

    private static boolean commitThreadWaits() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("tandem-commit"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals("awaitRoom"));
    }
}
