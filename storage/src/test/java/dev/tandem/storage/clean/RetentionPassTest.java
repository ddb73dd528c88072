package dev.tandem.storage.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.crash.DirectoryCopy;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes, and what stays, by age and size. The clock is the test's; every round is asked for. */
class RetentionPassTest {
    private static final LogPolicy ONE_SECOND = new LogPolicy(1_000, LogPolicy.UNLIMITED);

    @TempDir
    Path directory;

    private final LogPolicies policies = new LogPolicies();
    private final RetentionPass pass = new RetentionPass(this::log, policies);
    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(directory.resolve("live"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void dropsSegmentsWhoseYoungestRecordIsTooOld() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        segment(log, 100, 900, 200);
        segment(log, 800);
        segment(log, 2_000, 100);
        segment(log, 50);

        // when
        round(1_901);

        // then
        assertThat(log(log).startOffset()).isEqualTo(4);
        assertThat(log(log).segments()).extracting(Segment::firstOffset).containsExactly(4L, 6L);
        assertThat(fixture.bodies(log, 4)).hasSize(3);
    }

    @Test
    void aSegmentOfExactlyThatAgeStays() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        segment(log, 900);

        // when
        round(1_900);

        // then
        assertThat(log(log).startOffset()).isZero();
    }

    @Test
    void whenAllIsTooOldTheStartBecomesTheEnd() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        segment(log, 100);
        append(log, 200, 300);

        // when
        round(5_000);

        // then
        assertThat(log(log).startOffset()).isEqualTo(3);
        assertThat(log(log).highWatermark()).isEqualTo(3);
        assertThat(log(log).sizeInBytes()).isZero();
        assertThat(log(log).segments()).isEmpty();
        assertThat(append(log, 6_000)).isEqualTo(3);
        fixture.reopen();
        assertThat(log(log).startOffset()).isEqualTo(3);
        assertThat(log(log).writtenEnd()).isEqualTo(4);
    }

    @Test
    void recordsWithoutATimestampHaveNoAge() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        segment(log, -1);

        // when
        round(1_000_000);

        // then
        assertThat(log(log).startOffset()).isZero();
    }

    @Test
    void dropsTheOldestSegmentsWhileEnoughIsLeft() throws InterruptedException {
        // given three segments of one size
        long log = createLog(LogPolicy.KEEP_ALL);
        segment(log, 1);
        segment(log, 2);
        segment(log, 3);
        long size = log(log).sizeInBytes() / 3;

        // when one byte less than all is to be kept, then
        policies.set(log, new LogPolicy(LogPolicy.UNLIMITED, 3 * size - 1));
        round(0);
        assertThat(log(log).startOffset()).isZero();

        // when two segments are, then
        policies.set(log, new LogPolicy(LogPolicy.UNLIMITED, 2 * size));
        round(0);
        assertThat(log(log).startOffset()).isEqualTo(1);

        // when one byte is, then
        policies.set(log, new LogPolicy(LogPolicy.UNLIMITED, 1));
        round(0);
        assertThat(log(log).startOffset()).isEqualTo(2);

        // when nothing is, then
        policies.set(log, new LogPolicy(LogPolicy.UNLIMITED, 0));
        round(0);
        assertThat(log(log).startOffset()).isEqualTo(3);
        assertThat(log(log).writtenEnd()).isEqualTo(3);
    }

    @Test
    void completesASegmentThatStaysOpenForAPartOfTheTimeToKeep() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        append(log, 10_000);
        round(10_000);
        append(log, 10_100);

        // when
        round(10_249);
        // then
        append(log, 10_240);
        assertThat(log(log).segments()).hasSize(1);

        // when
        round(10_250);
        // then
        append(log, 10_260);
        assertThat(log(log).segments()).hasSize(2);
        round(11_241);
        assertThat(log(log).startOffset()).isEqualTo(3);
    }

    @Test
    void completesASegmentThatHoldsAPartOfTheBytesToKeep() throws InterruptedException {
        // given
        long log = createLog(new LogPolicy(LogPolicy.UNLIMITED, 400_000));
        fixture.publish(log, "x".repeat(99_000));
        round(0);
        fixture.publish(log, "x".repeat(1_000));

        // when
        round(0);
        fixture.publish(log, "next");

        // then
        assertThat(log(log).segments()).hasSize(2);
    }

    @Test
    void dropsWhatACrashLeftUndescribedOnceItIsReadToBeTooOld() throws Exception {
        // given
        long log = createLog(ONE_SECOND);
        segment(log, 100);
        append(log, 900, 200);
        append(log, 300);
        crash();
        append(log, 5_000);
        assertThat(log(log).segments()).extracting(Segment::isDescribed).containsExactly(true, false, true);

        // when its last record is too old, but an earlier one is not
        round(1_500);
        // then
        assertThat(log(log).startOffset()).isEqualTo(1);
        assertThat(log(log).segments()).extracting(Segment::maxTimestamp).containsExactly(900L, 5_000L);

        // when
        round(1_901);
        // then
        assertThat(log(log).startOffset()).isEqualTo(4);
    }

    @Test
    void readsNothingOfASegmentWhoseLastRecordIsYoung() throws Exception {
        // given
        long log = createLog(ONE_SECOND);
        append(log, 900);
        crash();

        // when
        round(1_900);

        // then
        assertThat(log(log).segments()).extracting(Segment::isDescribed).containsExactly(false);
    }

    @Test
    void damageInOneLogDoesNotKeepOthersFromBeingCleaned() throws Exception {
        // given
        long damaged = createLog(ONE_SECOND);
        long sound = createLog(ONE_SECOND);
        append(damaged, 100);
        append(damaged, 200);
        append(sound, 100);
        crash();
        damage(damaged, 1);

        // when
        assertThatThrownBy(() -> round(5_000)).isInstanceOf(CorruptData.class);

        // then
        assertThat(log(sound).startOffset()).isEqualTo(1);
        assertThat(log(damaged).startOffset()).isZero();
    }

    @Test
    void forgetsThePolicyOfADeletedLog() throws InterruptedException {
        // given
        long log = createLog(ONE_SECOND);
        fixture.commit(new Change.DeleteLog(log));

        // when
        round(0);

        // then
        assertThat(policies.all()).isEmpty();
    }

    @Test
    void isPartOfARunningEngine() {
        // given
        var config = StorageConfig.defaults(directory.resolve("running")).withCleaningInterval(Duration.ofMillis(10));
        try (var running = new EngineFixture(config)) {
            long log = running.createLog(Retention.EXPLICIT);
            running.publish(log, "from 1970");

            // when
            running.engine().setPolicy(log, ONE_SECOND);

            // then
            Awaitility.await().untilAsserted(() -> assertThat(running.log(log).startOffset())
                    .isEqualTo(1));
        }
    }

    private void round(long nowMillis) throws InterruptedException {
        pass.run(new CleaningRound(fixture.engine()::submit, nowMillis));
    }

    private LogState log(long logId) {
        return (LogState) fixture.log(logId);
    }

    private long createLog(LogPolicy policy) {
        long log = fixture.createLog(Retention.EXPLICIT);
        policies.set(log, policy);
        return log;
    }

    private void segment(long log, long... times) {
        append(log, times);
        fixture.commit(new Change.CloseSegment(log));
    }

    private long append(long log, long... times) {
        var record = MessageRecord.encode(
                true,
                Long.MAX_VALUE,
                Slice.EMPTY,
                Slice.EMPTY,
                Slice.of(new byte[] {0, 0}),
                EngineFixture.slice("body"));
        var changes = new Change[times.length];
        for (int i = 0; i < times.length; i++) {
            changes[i] = new Change.AppendMessage(log, record, times[i], Long.MAX_VALUE, false);
        }
        return fixture.commit(changes).value(0);
    }

    private void crash() throws IOException {
        Path crashed = directory.resolve("crashed");
        DirectoryCopy.ofLive(directory.resolve("live"), crashed);
        fixture.close();
        fixture = new EngineFixture(crashed);
    }

    /** Flips a bit of the entry at an offset. */
    private void damage(long log, long offset) {
        var store = EngineInternals.storeOf(fixture.engine());
        byte[] key = StorageSchema.recordKey(log, offset);
        byte[] value = store.get(ColumnFamily.RECORDS, key);
        assertThat(value).isNotNull();
        value[value.length - 1] ^= 1;
        var rows = new BatchBuilder(256);
        rows.put(ColumnFamily.RECORDS, key, value);
        store.write(rows.build());
    }
}
