package dev.tandem.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.crash.DirectoryCopy;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.testsupport.EngineFixture;
import dev.tandem.storage.testsupport.KafkaBatches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/** Random appends, trims, restarts and crashes, and lookups by time; a plain list of timestamps must agree. */
class SegmentsModelTest {
    private static final long MAX_TIME = 40;

    private interface Step {
        void run(Run run);
    }

    @Property(tries = 60)
    void agreesWithAPlainListOfTimestamps(@ForAll("steps") List<Step> steps) throws IOException {
        try (var run = new Run()) {
            for (Step step : steps) {
                step.run(run);
                run.check();
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<List<Long>> times =
                Arbitraries.longs().between(0, MAX_TIME).list().ofMinSize(1).ofMaxSize(6);
        Arbitrary<Step> messages = times.map(list -> run -> run.publish(list));
        Arbitrary<Step> batches = Combinators.combine(
                        times, Arbitraries.of(CompressionType.values()), Arbitraries.of(true, false))
                .as((list, codec, logAppendTime) -> run -> run.produce(list, codec, logAppendTime));
        Arbitrary<Step> trim = Arbitraries.integers().between(0, 100).map(percent -> run -> run.trim(percent));
        Arbitrary<Step> removal =
                Arbitraries.integers().between(0, 99).map(percent -> run -> run.removeAnEntry(percent));
        Arbitrary<Step> others = Arbitraries.of(Run::closeSegment, Run::describe, Run::reopen, Run::crash);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, messages),
                        net.jqwik.api.Tuple.of(4, batches),
                        net.jqwik.api.Tuple.of(1, trim),
                        net.jqwik.api.Tuple.of(1, removal),
                        net.jqwik.api.Tuple.of(3, others))
                .list()
                .ofMinSize(5)
                .ofMaxSize(25);
    }

    /** An engine with one log, and the timestamps of all its records by offset. */
    private static final class Run implements AutoCloseable {
        private final Path root = temporaryDirectory();
        private final List<@Nullable Long> times = new ArrayList<>();
        /** By offset, the leader epoch under which it was appended. */
        private final List<Integer> epochs = new ArrayList<>();

        private int generation;
        private int start;
        private boolean hasGaps;
        private StorageEngine engine = open();
        private final long logId = engine.allocateLogId();

        Run() {
            commit(new Change.CreateLog(logId, Change.CreateLog.Retention.EXPLICIT));
        }

        void publish(List<Long> timestamps) {
            var record = MessageRecord.encode(
                    true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[] {0, 0}), Slice.EMPTY);
            commit(timestamps.stream()
                    .map(time -> new Change.AppendMessage(logId, record, time, Long.MAX_VALUE, false))
                    .toArray(Change[]::new));
            times.addAll(timestamps);
            timestamps.forEach(time -> epochs.add(engine.leaderEpoch()));
        }

        void produce(List<Long> timestamps, CompressionType codec, boolean logAppendTime) {
            long max = timestamps.stream().max(Comparator.naturalOrder()).orElseThrow();
            commit(KafkaBatches.append(logId, timestamps, codec, logAppendTime));
            timestamps.forEach(time -> times.add(logAppendTime ? max : time));
            timestamps.forEach(time -> epochs.add(engine.leaderEpoch()));
        }

        void trim(int percent) {
            int target = start + (times.size() - start) * percent / 100;
            commit(new Change.TrimLog(logId, target));
            start = target;
        }

        /** As compaction does, with nothing left of an entry. */
        void removeAnEntry(int percent) {
            int wanted = start + (times.size() - start) * percent / 100;
            List<StoredEntry> found = log().read(wanted, times.size(), 1).entries();
            if (!found.isEmpty()) {
                StoredEntry entry = found.get(0);
                commit(new Change.RewriteRange(
                        logId,
                        entry.baseOffset(),
                        entry.endOffset(),
                        List.of(),
                        entry.recordCount(),
                        entry.batches().length()));
                for (long offset = entry.baseOffset(); offset < entry.endOffset(); offset++) {
                    times.set((int) offset, null);
                }
                hasGaps = true;
            }
        }

        void closeSegment() {
            commit(new Change.CloseSegment(logId));
        }

        /** What the cleaner does, a single step of it for each segment. */
        void describe() {
            for (Segment segment : log().segments()) {
                if (!segment.isDescribed()) {
                    commit(new Change.DescribeSegments(logId, SegmentReading.describe(log(), segment, 1)));
                }
            }
        }

        void reopen() {
            engine.close();
            engine = open();
        }

        void crash() {
            Path from = directory();
            generation++;
            try {
                DirectoryCopy.ofLive(from, directory());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            engine.close();
            engine = open();
        }

        void check() {
            Log log = log();
            assertThat(log.startOffset()).isEqualTo(start);
            assertThat(log.writtenEnd()).isEqualTo(times.size());
            for (long target = -1; target <= MAX_TIME + 1; target += 3) {
                assertThat(log.firstAtOrAfter(target, times.size(), KafkaBatches::visit)
                                .map(found -> List.of(found.offset(), found.timestampMillis())))
                        .as("first at or after %d", target)
                        .isEqualTo(expectedFirst(target, times.size()));
            }
            for (int end : new int[] {times.size(), (start + times.size()) / 2}) {
                assertThat(log.latest(end, KafkaBatches::visit)
                                .map(found -> List.of(found.offset(), found.timestampMillis())))
                        .as("latest below %d", end)
                        .isEqualTo(expectedLatest(end));
            }
            checkSegments(log);
            // A crash may forget the epoch of a segment of which nothing is left.
            if (!hasGaps) {
                checkEpochs(log);
            }
        }

        private void checkEpochs(Log log) {
            int current = engine.leaderEpoch();
            for (int epoch = 0; epoch <= current; epoch++) {
                assertThat(log.endOfEpoch(epoch, current, times.size()))
                        .as("end of epoch %d", epoch)
                        .contains(expectedEnd(epoch));
            }
            assertThat(log.endOfEpoch(current + 1, current, times.size())).isEmpty();
            assertThat(log.startEpoch(current)).isEqualTo(start == epochs.size() ? current : epochs.get(start));
        }

        private EpochEnd expectedEnd(int epoch) {
            int known = epoch == engine.leaderEpoch() || start == epochs.size() || epochs.get(start) > epoch
                    ? epoch
                    : epochs.get(start);
            for (int offset = start; offset < epochs.size(); offset++) {
                if (epochs.get(offset) > epoch) {
                    return new EpochEnd(known, offset);
                }
                known = epoch == engine.leaderEpoch() ? epoch : epochs.get(offset);
            }
            return new EpochEnd(known, epochs.size());
        }

        private void checkSegments(Log log) {
            List<Segment> segments = log.segments();
            long next = -1;
            long bytes = 0;
            for (Segment segment : segments) {
                assertThat(next == -1 || next == segment.firstOffset())
                        .as("no gap before %s", segment)
                        .isTrue();
                next = segment.endOffset();
                bytes += segment.bytes();
                for (long offset = Math.max(start, segment.firstOffset()); offset < segment.endOffset(); offset++) {
                    Long time = times.get((int) offset);
                    assertThat(time == null || time <= segment.maxTimestamp()).isTrue();
                }
            }
            if (hasGaps) {
                // A crash forgets what was removed from the segment that was open.
                assertThat(log.sizeInBytes()).isEqualTo(bytes).isGreaterThanOrEqualTo(storedBytes(log));
            } else if (start == times.size()) {
                assertThat(segments).isEmpty();
            } else {
                assertThat(segments.get(0).firstOffset()).isLessThanOrEqualTo(start);
                assertThat(next).isEqualTo(times.size());
                assertThat(log.sizeInBytes()).isEqualTo(bytes).isEqualTo(storedBytes(log));
            }
        }

        private static long storedBytes(Log log) {
            long bytes = 0;
            for (long next = log.startOffset(); next < log.writtenEnd(); ) {
                LogRead read = log.read(next, log.writtenEnd(), 1 << 20);
                bytes += read.entries().stream()
                        .mapToLong(entry -> entry.batches().length())
                        .sum();
                next = read.nextOffset();
            }
            return bytes;
        }

        private Optional<List<Long>> expectedFirst(long target, int end) {
            for (int offset = start; offset < end; offset++) {
                Long time = times.get(offset);
                if (time != null && time >= target) {
                    return Optional.of(List.of((long) offset, time));
                }
            }
            return Optional.empty();
        }

        private Optional<List<Long>> expectedLatest(int end) {
            return times.subList(start, Math.max(start, end)).stream()
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .flatMap(max -> expectedFirst(max, end));
        }

        private Log log() {
            return EngineFixture.await(engine.log(logId));
        }

        private void commit(Change... changes) {
            var commit = Commit.builder();
            for (Change change : changes) {
                commit.add(change);
            }
            EngineFixture.await(engine.commit(commit, Durability.WRITTEN));
        }

        private Path directory() {
            return root.resolve("data" + generation);
        }

        private StorageEngine open() {
            return StorageEngine.open(StorageConfig.defaults(directory()));
        }

        @Override
        public void close() throws IOException {
            engine.close();
            try (var files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        private static Path temporaryDirectory() {
            try {
                return Files.createTempDirectory("segments");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
