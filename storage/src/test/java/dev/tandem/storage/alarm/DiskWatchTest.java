package dev.tandem.storage.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final DiskWatch.Pace QUICK =
            new DiskWatch.Pace(Duration.ofMillis(5), Duration.ofMillis(1), Duration.ofMillis(20), Duration.ZERO);

    private final Alarms alarms = new Alarms(InstantSource.fixed(Instant.EPOCH));
    private final AtomicLong free = new AtomicLong(300 * MEBIBYTE);
    private final DiskSpace space = new DiskSpace(Path.of("data"), 200 * MEBIBYTE, free::get);

    @Test
    void raisesTheAlarmBelowTheLimitAndClearsItAQuarterAboveIt() {
        try (var watch = new DiskWatch(alarms, space, QUICK)) {
            watch.start(() -> {});
            assertThat(alarms.current()).isEmpty();

            // when
            free.set(199 * MEBIBYTE);
            Awaitility.await().until(() -> alarms.stands(Kind.LOW_SPACE));

            // then
            assertThat(alarms.current().orElseThrow().reason())
                    .contains("199 MiB")
                    .contains("200 MiB");
            free.set(249 * MEBIBYTE);
            Awaitility.await()
                    .during(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> alarms.stands(Kind.LOW_SPACE));
            free.set(250 * MEBIBYTE);
            Awaitility.await().until(() -> alarms.current().isEmpty());
        }
    }

    @Test
    void knowsOfAFullDiskBeforeItsThreadRuns() {
        free.set(0);
        try (var watch = new DiskWatch(alarms, space, QUICK)) {
            // when
            watch.start(() -> {});

            // then
            assertThat(alarms.stands(Kind.LOW_SPACE)).isTrue();
        }
    }

    @Test
    void triesToRecoverUntilAnAttemptSucceeds() {
        var attempts = new AtomicInteger();
        try (var watch = new DiskWatch(alarms, space, QUICK)) {
            watch.start(() -> {
                if (attempts.incrementAndGet() < 5) {
                    throw new StorageFailure("not yet");
                }
                alarms.clear(Kind.WRITE_FAILED, "recovered");
            });

            // when
            watch.writeFailed("a write failed");

            // then
            Awaitility.await().until(() -> alarms.current().isEmpty());
            assertThat(attempts).hasValue(5);
        }
    }

    @Test
    void aFailedWriteIsMoreUrgentThanLowSpace() {
        // given
        alarms.raise(Kind.LOW_SPACE, "little space");

        // when
        alarms.raise(Kind.WRITE_FAILED, "a write failed");

        // then
        assertThat(alarms.current().map(StorageAlarm::kind)).contains(Kind.WRITE_FAILED);
        assertThat(alarms.refusal(false)).hasMessage("a write failed");
        alarms.clear(Kind.WRITE_FAILED, "recovered");
        assertThat(alarms.refusal(false)).isNull();
        assertThat(alarms.refusal(true)).hasMessage("little space");
    }
}
