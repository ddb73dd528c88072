package dev.tandem.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import dev.tandem.storage.testsupport.KafkaBatches;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that were written before there were directories: one segment of unknown content, until somebody reads it. */
class LogWithoutDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void isOneUndescribedSegmentInWhichRecordsAreFoundByTime() {
        // given
        long log = writeOverThreeStarts();

        // when
        try (var fixture = new EngineFixture(directory)) {
            Log opened = fixture.log(log);

            // then
            assertThat(opened.segments()).extracting(Segment::isDescribed).containsExactly(false);
            assertThat(opened.segments().get(0).endOffset()).isEqualTo(6);
            assertThat(opened.sizeInBytes()).isEqualTo(size(opened));
            assertThat(opened.firstAtOrAfter(60, 6, KafkaBatches::visit))
                    .map(TimedOffset::offset)
                    .contains(3L);
            assertThat(opened.latest(6, KafkaBatches::visit))
                    .map(TimedOffset::offset)
                    .contains(3L);
        }
    }

    @Test
    void isKeptApartFromWhatIsAppendedNow() {
        // given
        long log = writeOverThreeStarts();
        try (var fixture = new EngineFixture(directory)) {
            // when
            fixture.commit(batch(log, 10));

            // then
            assertThat(fixture.log(log).segments())
                    .extracting(Segment::isDescribed)
                    .containsExactly(false, true);
            fixture.reopen();
            assertThat(fixture.log(log).segments())
                    .extracting(Segment::firstOffset)
                    .containsExactly(0L, 6L);
        }
    }

    @Test
    void isDividedByLeaderEpochsOnceItIsRead() {
        // given
        long log = writeOverThreeStarts();
        try (var fixture = new EngineFixture(directory)) {
            Log opened = fixture.log(log);
            Segment whole = opened.segments().get(0);
            long size = opened.sizeInBytes();

            // when
            var change = new Change.DescribeSegments(log, SegmentReading.describe(opened, whole, Long.MAX_VALUE));
            assertThat(fixture.commit(change).value(0)).isEqualTo(1);

            // then
            for (int run = 0; run < 2; run++) {
                List<Segment> segments = fixture.log(log).segments();
                assertThat(segments).extracting(Segment::firstOffset).containsExactly(0L, 2L, 4L);
                assertThat(segments).extracting(Segment::maxTimestamp).containsExactly(50L, 90L, 30L);
                assertThat(segments)
                        .extracting(Segment::offsetOfMaxTimestamp)
                        .as("of the batch that holds it")
                        .containsExactly(0L, 2L, 4L);
                assertThat(segments).extracting(Segment::leaderEpoch).isSorted().doesNotHaveDuplicates();
                assertThat(fixture.log(log).sizeInBytes()).isEqualTo(size);
                fixture.reopen();
            }

            // when it is described already
            assertThat(fixture.commit(change).value(0)).isZero();
        }
    }

    @Test
    void knowsWhereItsLeaderEpochsEndBeforeItIsDescribed() {
        // given
        long log = writeOverThreeStarts();
        try (var fixture = new EngineFixture(directory)) {
            Log opened = fixture.log(log);
            int current = fixture.engine().leaderEpoch();
            int first = current - 3;

            // then
            assertThat(opened.startEpoch(current)).isEqualTo(first);
            assertThat(opened.endOfEpoch(first, current, 6)).contains(new EpochEnd(first, 2));
            assertThat(opened.endOfEpoch(first + 1, current, 6)).contains(new EpochEnd(first + 1, 4));
            assertThat(opened.endOfEpoch(first + 2, current, 6)).contains(new EpochEnd(first + 2, 6));
            assertThat(opened.endOfEpoch(first - 1, current, 6)).contains(new EpochEnd(first - 1, 0));

            // when
            fixture.commit(new Change.TrimLog(log, 3));

            // then
            assertThat(opened.startEpoch(current)).isEqualTo(first + 1);
            assertThat(opened.endOfEpoch(first, current, 6)).contains(new EpochEnd(first, 3));
        }
    }

    @Test
    void aTrimBeforeTheDescriptionWins() {
        // given
        long log = writeOverThreeStarts();
        try (var fixture = new EngineFixture(directory)) {
            Log opened = fixture.log(log);
            var late = new Change.DescribeSegments(
                    log, SegmentReading.describe(opened, opened.segments().get(0), 1));

            // when
            fixture.commit(new Change.TrimLog(log, 3));

            // then
            assertThat(fixture.commit(late).value(0)).isZero();
            assertThat(opened.segments()).extracting(Segment::firstOffset).containsExactly(2L);
            assertThat(opened.sizeInBytes()).isEqualTo(size(opened));
        }
    }

    private long writeOverThreeStarts() {
        long log;
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(batch(log, 20, 50));
            fixture.reopen().commit(batch(log, 10, 90));
            fixture.reopen().commit(batch(log, 30, 20));
        }
        try (var store = RocksDirectory.open(directory, 64L << 20)) {
            var rows = new BatchBuilder(256);
            rows.deleteRange(
                    ColumnFamily.LOGS, StorageSchema.segmentKey(log, 0), StorageSchema.segmentKey(log, Long.MAX_VALUE));
            store.write(rows.build());
        }
        return log;
    }

    private static Change batch(long log, long... times) {
        return KafkaBatches.append(log, Arrays.stream(times).boxed().toList(), CompressionType.LZ4, false);
    }

    private static long size(Log log) {
        return log.read(log.startOffset(), log.writtenEnd(), 1 << 20).entries().stream()
                .mapToLong(entry -> entry.batches().length())
                .sum();
    }
}
