package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SegmentReading;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Drops the oldest segments of logs by age and size, as Kafka's retention.ms and retention.bytes say: a segment goes once
 * its youngest record is too old, or while what is left without it is not less than the size to keep; never what is not
 * synced. When all of a log is too old its start becomes its end.
 *
 * <p>A segment that grows slowly would keep its oldest records for long. So it is completed once it has been open for a
 * part of the time, or holds a part of the bytes, that its log keeps.
 */
public final class RetentionPass implements CleaningPass {
    /** Segments, at least, that a log's time or size to keep is divided into. */
    private static final int PARTS = 4;
    /** No segment is completed for its size below this. */
    private static final long SMALLEST_SEGMENT = 64 << 10;
    /** Read before what was found out is stored. */
    private static final long DESCRIBED_AT_ONCE = 64 << 20;

    private final LongFunction<LogState> logs;
    private final LogPolicies policies;
    private final Map<Long, OpenSince> openSince = new HashMap<>();

    /**
     * The pass of one engine.
     *
     * @param logs opens a log by its id; fails with {@link NotFound} for one that does not exist
     */
    public RetentionPass(LongFunction<LogState> logs, LogPolicies policies) {
        this.logs = logs;
        this.policies = policies;
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        StorageException failure = null;
        for (Map.Entry<Long, LogPolicy> entry : policies.all().entrySet()) {
            round.breakOffIfClosing();
            long logId = entry.getKey();
            if (!entry.getValue().limitsRetention()) {
                openSince.remove(logId);
                continue;
            }
            try {
                LogState log = logs.apply(logId);
                describe(log, entry.getValue(), round);
                trim(log, entry.getValue(), round);
                completeIfDue(log, entry.getValue(), round);
            } catch (NotFound e) {
                policies.forget(logId);
                openSince.remove(logId);
            } catch (StorageException e) {
                // What is wrong with one log must not keep the others from being cleaned.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void trim(LogState log, LogPolicy policy, CleaningRound round) throws InterruptedException {
        long end = log.highWatermark();
        long excess = policy.retentionBytes() == LogPolicy.UNLIMITED ? -1 : log.sizeInBytes() - policy.retentionBytes();
        long start = log.startOffset();
        for (Segment segment : log.segments()) {
            boolean goes = segment.endOffset() <= end
                    && (excess >= segment.bytes() || isExpired(segment, policy, round.nowMillis()));
            if (!goes) {
                break;
            }
            excess -= segment.bytes();
            start = segment.endOffset();
        }
        if (start > log.startOffset()) {
            round.commit(new Change.TrimLog(log.id(), start));
        }
    }

    /** Records without a timestamp have no age. */
    private static boolean isExpired(Segment segment, LogPolicy policy, long nowMillis) {
        return policy.retentionMillis() != LogPolicy.UNLIMITED
                && segment.isDescribed()
                && segment.maxTimestamp() >= 0
                && nowMillis - segment.maxTimestamp() > policy.retentionMillis();
    }

    /** Reads the oldest segments that a crash left undescribed, unless their last records show that they must stay. */
    private static void describe(LogState log, LogPolicy policy, CleaningRound round) throws InterruptedException {
        for (Segment first = oldestToDescribe(log, policy, round.nowMillis());
                first != null;
                first = oldestToDescribe(log, policy, round.nowMillis())) {
            var described =
                    new Change.DescribeSegments(log.id(), SegmentReading.describe(log, first, DESCRIBED_AT_ONCE));
            if (round.commit(described).value(0) == 0) {
                return; // trimmed meanwhile
            }
        }
    }

    private static @Nullable Segment oldestToDescribe(LogState log, LogPolicy policy, long nowMillis) {
        if (policy.retentionMillis() == LogPolicy.UNLIMITED) {
            return null;
        }
        for (Segment segment : log.segments()) {
            if (!segment.isDescribed()) {
                return lastTimestamp(log, segment) < nowMillis - policy.retentionMillis() ? segment : null;
            }
            if (!isExpired(segment, policy, nowMillis)) {
                return null;
            }
        }
        return null;
    }

    private static long lastTimestamp(LogState log, Segment segment) {
        LogRead read = log.read(segment.endOffset() - 1, segment.endOffset(), 1);
        return read.entries().stream()
                .mapToLong(StoredEntry::maxTimestamp)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private void completeIfDue(LogState log, LogPolicy policy, CleaningRound round) throws InterruptedException {
        Segment open = log.directory().open();
        if (open == null) {
            openSince.remove(log.id());
            return;
        }
        OpenSince known = openSince.get(log.id());
        if (known == null || known.firstOffset != open.firstOffset()) {
            known = new OpenSince(open.firstOffset(), round.nowMillis());
            openSince.put(log.id(), known);
        }
        boolean byTime = policy.retentionMillis() != LogPolicy.UNLIMITED
                && round.nowMillis() - known.seenAtMillis >= Math.max(1, policy.retentionMillis() / PARTS);
        boolean bySize = policy.retentionBytes() != LogPolicy.UNLIMITED
                && open.bytes() >= Math.max(SMALLEST_SEGMENT, policy.retentionBytes() / PARTS);
        if (byTime || bySize) {
            round.commit(new Change.CloseSegment(log.id()));
        }
    }

    /** An open segment and when it was first seen: timestamps of records need not tell when they were appended. */
    private record OpenSince(long firstOffset, long seenAtMillis) {}
}
