package dev.tandem.storage.clean;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static dev.tandem.storage.testsupport.EngineFixture.shared;
import static dev.tandem.storage.testsupport.EngineFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stuck message gets a copy of the body it shares, and the segment that held it goes. */
class BodyInliningTest {
    private static final int LARGE = 3 << 20;
    private static final String STUCK = "s".repeat(50_000);

    @TempDir
    Path directory;

    private final AtomicLong nowMillis = new AtomicLong(1_000_000);
    private EngineFixture engine;

    @BeforeEach
    void open() {
        engine = new EngineFixture(
                StorageConfig.defaults(directory).withCleaningInterval(Duration.ofMillis(10)),
                config -> StorageEngine.open(config, () -> Instant.ofEpochMilli(nowMillis.get())));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aStuckMessageDoesNotKeepTheSegmentThatItsBodyLiesIn() {
        // given
        long[] logs = createLogs(3);
        var properties = Slice.of(new byte[] {(byte) 0x80, 0, 1, 'x'});
        var reference = BodyReference.to(slice(STUCK));
        var record =
                MessageRecord.encodeShared(true, 5_000_000, slice("exchange"), slice("key"), properties, reference);
        engine.commit(shared("before".repeat(1_000), logs));
        engine.commit(
                new Change.StoreBody(slice(STUCK), reference.crc()),
                new Change.AppendMessage(logs[0], record, 42, 5_000_000, false, true),
                new Change.AppendMessage(logs[1], record, 42, 5_000_000, false, true));
        fillSegment(logs);
        long full = engine.engine().metrics().sharedBodyBytes();

        // when
        acknowledge(logs[0], 0, 1);
        acknowledge(logs[0], 2, end(logs[0]));
        acknowledge(logs[1], 0, 1);
        acknowledge(logs[1], 2, end(logs[1]));
        acknowledge(logs[2], 0, end(logs[2]));
        awaitFreed(full);

        // then
        for (long logId : List.of(logs[0], logs[1])) {
            MessageView message = read(logId, 1);
            assertThat(message.sharedBody()).isNull();
            assertThat(message.body()).isEqualTo(slice(STUCK));
            assertThat(message.timestampMillis()).isEqualTo(42);
            assertThat(message.expiresAtMillis()).isEqualTo(5_000_000);
            assertThat(message.exchange()).isEqualTo(slice("exchange"));
            assertThat(message.routingKey()).isEqualTo(slice("key"));
            assertThat(message.properties()).isEqualTo(properties);
            assertThat(message.isPersistent()).isTrue();
        }
        engine.reopen();
        assertThat(read(logs[1], 1).body()).isEqualTo(slice(STUCK));
    }

    @Test
    void messagesBetweenAndBehindKeepWhatTheyShareWithOthers() {
        // given
        long[] logs = createLogs(2);
        var changes = new ArrayList<Change>(List.of(shared("stuck" + STUCK, logs)));
        changes.add(message(logs[0], "inline"));
        changes.addAll(List.of(shared("gone" + STUCK, logs)));
        engine.commit(changes.toArray(new Change[0]));
        fillSegment(logs);
        long full = engine.engine().metrics().sharedBodyBytes();
        engine.commit(shared("younger" + STUCK, logs));
        long younger = end(logs[0]) - 1;

        // when
        acknowledge(logs[0], 2, younger);
        acknowledge(logs[1], 0, end(logs[1]) - 1);
        awaitFreed(full);

        // then
        assertThat(read(logs[0], 0).body()).isEqualTo(slice("stuck" + STUCK));
        assertThat(read(logs[0], 1).body()).isEqualTo(slice("inline"));
        assertThat(read(logs[0], younger).body()).isEqualTo(slice("younger" + STUCK));
        assertThat(read(logs[0], younger).sharedBody()).isNotNull();
        acknowledge(logs[0], 0, 2);
        acknowledge(logs[0], younger, younger + 1);
        acknowledge(logs[1], 0, end(logs[1]));
        Awaitility.await("nothing shared")
                .atMost(Duration.ofSeconds(60))
                .until(() -> engine.engine().metrics().sharedBodyBytes() == 0);
    }

    /** Bodies until the next segment is begun. */
    private void fillSegment(long[] logs) {
        for (long bytes = 0; bytes <= BodySegments.SEGMENT_BYTES; bytes += LARGE) {
            engine.commit(shared("x".repeat(LARGE), logs));
        }
    }

    /** The clock moves on until the first segment is gone. */
    private void awaitFreed(long full) {
        Awaitility.await("first segment").atMost(Duration.ofSeconds(60)).until(() -> {
            nowMillis.addAndGet(1_000);
            return engine.engine().metrics().sharedBodyBytes() <= full - BodySegments.SEGMENT_BYTES / 2;
        });
    }

    private long[] createLogs(int count) {
        return LongStream.generate(() -> engine.createLog(Retention.ACKNOWLEDGED))
                .limit(count)
                .toArray();
    }

    private void acknowledge(long log, long from, long to) {
        engine.commit(new Change.Acknowledge(log, 0, new long[] {from, to}));
    }

    private long end(long logId) {
        return engine.log(logId).writtenEnd();
    }

    private MessageView read(long logId, long offset) {
        var entry =
                engine.log(logId).readMessages(offset, offset + 1, 1).entries().get(0);
        return java.util.Objects.requireNonNull(entry.messageAt(offset));
    }
}
