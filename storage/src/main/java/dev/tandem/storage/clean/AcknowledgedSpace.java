package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.SpaceCandidates;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space of acknowledged messages back that lie above the floor of a queue's ack set, so that a message nobody
 * acknowledges holds nothing but itself. What lies below the floor is trimmed by the commit path.
 *
 * <p>Whole segments of which little is left are rewritten together, survivors under the same offsets, most often none; in
 * others, runs of acknowledged messages are deleted from a mebibyte on. A segment that consumers are about to finish is left
 * to them: it is rewritten once they have left it alone from one round to the next. Everything is read and decided from a
 * snapshot of the ack set; an acknowledgement is never taken back, so what is seen to be acknowledged stays so.
 */
public final class AcknowledgedSpace implements CleaningPass {
    private static final Logger LOGGER = LoggerFactory.getLogger(AcknowledgedSpace.class);
    /** Less than this is left for the time when there is more: each rewrite leaves a range deletion. */
    private static final long WORTH_BYTES = 1 << 20;
    /** A segment is sparse when no more than one in so many of its records is left. */
    private static final int SPARSE = 10;
    /** When even less is left, the segment is rewritten at once: that costs little, whatever comes next. */
    private static final int VERY_SPARSE = 50;
    /** A segment of so few bytes joins its sparse neighbours: a queue with many stuck messages needs few segments. */
    private static final long SMALL_BYTES = 16 << 10;
    /** Survivors that one commit rewrites, about. */
    private static final long STEP_BYTES = 2 << 20;

    private static final int READ_BYTES = 1 << 20;

    private final SpaceCandidates candidates;
    private final LongFunction<CompletableFuture<AckSetView>> acknowledgements;
    /** Per log the sparse segments that were in use when last looked at, and the messages left in each. */
    private Map<LogState, Map<Long, Long>> inUse = new HashMap<>();

    /**
     * The pass of one engine.
     *
     * @param acknowledgements finds the ack set of a queue by the id of its log
     */
    public AcknowledgedSpace(SpaceCandidates candidates, LongFunction<CompletableFuture<AckSetView>> acknowledgements) {
        this.candidates = candidates;
        this.acknowledgements = acknowledgements;
    }

    @Override
    public String name() {
        return "the giving back of acknowledged space";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        Map<LogState, AckSetView> views = new LinkedHashMap<>();
        for (LogState log : candidates.take()) {
            AckSetView view = view(log);
            if (view != null) {
                views.put(log, view);
            }
        }
        if (views.isEmpty()) {
            return;
        }
        // What the views show is synced from here on.
        round.commit(Durability.SYNCED);
        var before = inUse;
        inUse = new HashMap<>();
        for (var entry : views.entrySet()) {
            LogState log = entry.getKey();
            try {
                clean(round, log, entry.getValue(), before.getOrDefault(log, Map.of()));
            } catch (NotFound e) {
                LOGGER.debug("log {} was deleted while its space was given back", log.id());
            } catch (PreconditionFailed e) {
                candidates.note(log); // its start has moved meanwhile: the next round sees where to
            } catch (StorageException e) {
                views.keySet().forEach(candidates::note);
                throw e;
            }
        }
    }

    private @Nullable AckSetView view(LogState log) throws InterruptedException {
        try {
            return acknowledgements.apply(log.id()).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotFound) {
                return null; // deleted meanwhile
            }
            throw new IllegalStateException("the ack set of log " + log.id() + " cannot be read", e.getCause());
        }
    }

    private void clean(CleaningRound round, LogState log, AckSetView view, Map<Long, Long> leftBefore)
            throws InterruptedException {
        List<Segment> segments = segments(round, log, view);
        var left = new HashMap<Long, Long>();
        for (int i = 0; i < segments.size(); ) {
            int end = i;
            long survivingBytes = 0;
            while (end < segments.size()
                    && survivingBytes < STEP_BYTES
                    && isDue(view, segments.get(end), leftBefore, left)) {
                survivingBytes += liveBytes(view, segments.get(end));
                end++;
            }
            if (end == i) {
                deleteRuns(round, log, view, segments.get(i));
                i++;
            } else {
                rewrite(round, log, view, segments.subList(i, end));
                i = end;
            }
        }
        if (!left.isEmpty()) {
            inUse.put(log, left);
            candidates.note(log);
        }
    }

    /** Whether a segment is to be rewritten now; notes one that is sparse and in use. */
    private static boolean isDue(AckSetView view, Segment segment, Map<Long, Long> leftBefore, Map<Long, Long> left) {
        long live = live(view, segment);
        if (live * VERY_SPARSE <= segment.records() || segment.bytes() <= SMALL_BYTES) {
            return true;
        }
        if (live * SPARSE > segment.records()) {
            return false;
        }
        Long before = leftBefore.get(segment.firstOffset());
        if (before != null && live == before) {
            return true;
        }
        left.put(segment.firstOffset(), live);
        return false;
    }

    /** The segments above the floor; the last is completed when it has grown enough to be worth it. */
    private static List<Segment> segments(CleaningRound round, LogState log, AckSetView view)
            throws InterruptedException {
        List<Segment> segments = log.segments();
        if (segments.isEmpty()) {
            return segments;
        }
        Segment last = segments.get(segments.size() - 1);
        long end = last.firstOffset();
        if (deadBytes(view, last) >= WORTH_BYTES) {
            round.commit(new Change.CloseSegment(log.id()));
            segments = log.segments();
            end = last.endOffset();
        }
        var above = new ArrayList<Segment>();
        for (Segment segment : segments) {
            if (segment.endOffset() > view.floor() && segment.firstOffset() < end) {
                above.add(segment);
            }
        }
        return above;
    }

    private void rewrite(CleaningRound round, LogState log, AckSetView view, List<Segment> segments)
            throws InterruptedException {
        long dead =
                segments.stream().mapToLong(segment -> deadBytes(view, segment)).sum();
        if (dead < WORTH_BYTES) {
            return;
        }
        long first = segments.get(0).firstOffset();
        long end = segments.get(segments.size() - 1).endOffset();
        long records = segments.stream().mapToLong(Segment::records).sum();
        long bytes = segments.stream().mapToLong(Segment::bytes).sum();
        round.commit(
                new Change.RewriteRange(log.id(), first, end, Survivors.of(log, view, first, end), records, bytes));
    }

    /** Deletes the entries of runs within a segment that are acknowledged as a whole. */
    private void deleteRuns(CleaningRound round, LogState log, AckSetView view, Segment segment)
            throws InterruptedException {
        if (deadBytes(view, segment) < WORTH_BYTES) {
            return;
        }
        double mean = segment.bytes() / (double) segment.records();
        long first = view.nextAcknowledged(Math.max(segment.firstOffset(), view.floor()));
        while (first < segment.endOffset()) {
            long end = Math.min(view.nextUnacknowledged(first), segment.endOffset());
            if ((end - first) * mean >= WORTH_BYTES) {
                deleteRun(round, log, first, end);
            }
            first = view.nextAcknowledged(end);
        }
    }

    private static void deleteRun(CleaningRound round, LogState log, long firstOffset, long endOffset)
            throws InterruptedException {
        long first = -1;
        long end = -1;
        long records = 0;
        long bytes = 0;
        for (long next = firstOffset; next < endOffset; ) {
            LogRead read = log.read(next, endOffset, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                if (entry.baseOffset() >= firstOffset && entry.endOffset() <= endOffset) {
                    first = first < 0 ? entry.baseOffset() : first;
                    end = entry.endOffset();
                    records += entry.recordCount();
                    bytes += entry.batches().length();
                }
            }
            round.breakOffIfClosing();
            next = read.entries().isEmpty() ? endOffset : Math.max(next + 1, read.nextOffset());
        }
        if (bytes >= WORTH_BYTES / 2) {
            round.commit(new Change.RewriteRange(log.id(), first, end, List.of(), records, bytes));
        }
    }

    private static long live(AckSetView view, Segment segment) {
        long offsets = segment.endOffset() - segment.firstOffset();
        return offsets - view.acknowledgedBetween(segment.firstOffset(), segment.endOffset());
    }

    private static long liveBytes(AckSetView view, Segment segment) {
        return segment.bytes() - deadBytes(view, segment);
    }

    /** About the bytes of a segment's acknowledged records that are still stored; sizes of single records are not kept. */
    private static long deadBytes(AckSetView view, Segment segment) {
        long dead = Math.max(0, segment.records() - live(view, segment));
        return segment.records() == 0 ? 0 : (long) (segment.bytes() * (dead / (double) segment.records()));
    }
}
