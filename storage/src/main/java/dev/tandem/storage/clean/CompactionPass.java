package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SegmentReading;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * Compacts logs as Kafka's LogCleaner does: the keys of the dirty part, behind what was compacted before, are put into a map
 * with their newest offsets; then every segment up to the end of that part is rewritten without the records that the map
 * knows a newer one of. The open segment and the log's last entry are never touched, so the end of the log stays readable.
 */
public final class CompactionPass implements CleaningPass {
    /** 12 MiB; a dirty part with more keys takes several runs. */
    private static final int MAP_SLOTS = 1 << 19;

    private static final int READ_BYTES = 1 << 20;

    private final LongFunction<LogState> logs;
    private final LongUnaryOperator compactedEnds;
    private final LogPolicies policies;
    /** When the first tombstone of a log may go, of logs compacted since the start. */
    private final Map<Long, Long> horizons = new HashMap<>();

    private final CompactionTotals totals = new CompactionTotals();

    /**
     * The pass of one engine.
     *
     * @param logs opens a log by its id; fails with {@link NotFound} for one that does not exist
     * @param compactedEnds the stored end of the part that is compacted, by log id; 0 when there is none
     */
    public CompactionPass(LongFunction<LogState> logs, LongUnaryOperator compactedEnds, LogPolicies policies) {
        this.logs = logs;
        this.compactedEnds = compactedEnds;
        this.policies = policies;
    }

    @Override
    public String name() {
        return "compaction";
    }

    /** What was done since start. Any thread. */
    public StorageMetrics.LogCompaction metrics() {
        return totals.sum();
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        StorageException failure = null;
        for (Map.Entry<Long, LogPolicy> entry : policies.all().entrySet()) {
            round.breakOffIfClosing();
            Compaction compaction = entry.getValue().compaction();
            if (compaction == null) {
                continue;
            }
            try {
                LogState log = logs.apply(entry.getKey());
                completeIfDue(log, compaction, round);
                describe(log, compaction, round);
                compactIfDue(log, compaction, round);
            } catch (NotFound e) {
                policies.forget(entry.getKey());
                horizons.remove(entry.getKey());
            } catch (StorageException e) {
                // What is wrong with one log must not keep the others from being compacted.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void completeIfDue(LogState log, Compaction compaction, CleaningRound round)
            throws InterruptedException {
        Segment open = log.directory().open();
        if (open == null) {
            return;
        }
        long most = Math.min(compaction.segmentMillis(), compaction.maxLagMillis());
        boolean byTime = !open.isDescribed() || round.nowMillis() - open.minTimestamp() >= most;
        if (byTime || open.bytes() >= compaction.segmentBytes()) {
            round.commit(new Change.CloseSegment(log.id()));
        }
    }

    /** Segments that a crash left undescribed are read, for their age decides. */
    private static void describe(LogState log, Compaction compaction, CleaningRound round) throws InterruptedException {
        for (Segment segment : log.segments()) {
            if (!segment.isDescribed()
                    && segment.endOffset() > 0
                    && !segment.equals(log.directory().open())) {
                List<Segment> described = SegmentReading.describe(log, segment, Long.MAX_VALUE);
                round.commit(new Change.DescribeSegments(log.id(), described));
            }
        }
    }

    private void compactIfDue(LogState log, Compaction compaction, CleaningRound round) throws InterruptedException {
        long end = cleanableEnd(log, compaction, round.nowMillis());
        long dirtyStart = Math.max(compactedEnds.applyAsLong(log.id()), log.startOffset());
        boolean tombstonesDue = horizons.getOrDefault(log.id(), Long.MAX_VALUE) <= round.nowMillis();
        if (end <= log.startOffset() || !(tombstonesDue || isDirty(log, compaction, dirtyStart, end, round))) {
            return;
        }
        long began = System.nanoTime();
        var newest = new OffsetMap(MAP_SLOTS);
        long mappedEnd = dirtyStart < end ? map(log, compaction, newest, dirtyStart, end, round) : dirtyStart;
        var rewrite = new SegmentRewrite(log, compaction, newest, mappedEnd, round, totals);
        for (Segment segment : log.segments()) {
            long first = Math.max(segment.firstOffset(), log.startEntry());
            long last = Math.min(segment.endOffset(), mappedEnd);
            if (first < last) {
                rewrite.run(first, last);
            }
        }
        horizons.put(log.id(), rewrite.earliestHorizon());
        // Behind the last range: a crash before it compacts the same part again, which changes nothing.
        round.commit(new Change.NoteCompacted(log.id(), mappedEnd));
        totals.ran(System.nanoTime() - began);
    }

    /** Where what may be compacted ends: synced, old enough, complete segments, without the log's last entry. */
    private static long cleanableEnd(LogState log, Compaction compaction, long nowMillis) {
        long end = Math.min(log.syncedEnd(), lastEntry(log));
        Segment open = log.directory().open();
        if (open != null) {
            end = Math.min(end, open.firstOffset());
        }
        if (compaction.minLagMillis() > 0) {
            for (Segment segment : log.segments()) {
                if (segment.firstOffset() >= end) {
                    break;
                }
                if (segment.maxTimestamp() > nowMillis - compaction.minLagMillis()) {
                    return segment.firstOffset();
                }
            }
        }
        return end;
    }

    private static long lastEntry(LogState log) {
        long end = log.writtenEnd();
        if (end <= log.startOffset()) {
            return log.startOffset();
        }
        return log.entryAt(end - 1).map(StoredEntry::baseOffset).orElse(log.startOffset());
    }

    private static boolean isDirty(
            LogState log, Compaction compaction, long dirtyStart, long end, CleaningRound round) {
        double dirty = 0;
        double all = 0;
        long oldest = Long.MAX_VALUE;
        for (Segment segment : log.segments()) {
            long last = Math.min(segment.endOffset(), end);
            double offsets = segment.endOffset() - segment.firstOffset();
            all += segment.bytes() * Math.max(0, last - segment.firstOffset()) / offsets;
            double part = last - Math.max(segment.firstOffset(), dirtyStart);
            if (part > 0) {
                dirty += segment.bytes() * part / offsets;
                oldest = Math.min(oldest, segment.minTimestamp());
            }
        }
        boolean tooOld = dirty > 0
                && compaction.maxLagMillis() != Long.MAX_VALUE
                && round.nowMillis() - oldest > compaction.maxLagMillis();
        return dirty > 0 && (tooOld || dirty / all >= compaction.minDirtyRatio());
    }

    /** Puts the keys of the dirty part into the map; returns where it ends, early when the map is full. */
    private static long map(
            LogState log, Compaction compaction, OffsetMap newest, long start, long end, CleaningRound round)
            throws InterruptedException {
        long next = start;
        while (next < end) {
            LogRead read = log.read(next, end, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                round.breakOffIfClosing();
                if (entry.baseOffset() >= end) {
                    return end;
                }
                if (!newest.hasRoomFor(entry.recordCount())) {
                    return entry.baseOffset();
                }
                compaction.rewriter().visitKeys(entry.batches(), newest::put);
            }
            if (read.nextOffset() <= next || read.entries().isEmpty()) {
                break;
            }
            next = read.nextOffset();
        }
        return end;
    }
}
