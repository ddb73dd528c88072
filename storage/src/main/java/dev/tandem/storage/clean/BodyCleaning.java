package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.AckSetView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Frees segments of shared bodies once every queue that refers to them is done with them. What this pass finds is what
 * stood in the ack sets when it looked; the commit that frees looks again.
 */
public final class BodyCleaning implements CleaningPass {
    /** A segment that still grows is freed from this size on, or when nothing is added to it: each freeing has its cost. */
    private static final long WORTH_BYTES = 4 << 20;
    /** Segments freed by one commit. */
    private static final int STEP = 256;

    private static final AckSetView NOTHING_ACKNOWLEDGED = new AckSet().view();

    private final SharedBodies bodies;
    private final LongFunction<CompletableFuture<AckSetView>> acknowledgements;
    private long lastEnd = -1;

    /**
     * The pass of one engine.
     *
     * @param acknowledgements finds the ack set of a queue by the id of its log
     */
    public BodyCleaning(SharedBodies bodies, LongFunction<CompletableFuture<AckSetView>> acknowledgements) {
        this.bodies = bodies;
        this.acknowledgements = acknowledgements;
    }

    @Override
    public String name() {
        return "the freeing of shared bodies";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        var look = new Look();
        List<Long> free = findFree(look);
        if (!free.isEmpty()) {
            // What was seen to be acknowledged must be synced before the bodies go.
            round.commit(Durability.SYNCED);
        }
        for (int from = 0; from < free.size(); from += STEP) {
            round.commit(new Change.FreeBodies(List.copyOf(free.subList(from, Math.min(free.size(), from + STEP)))));
        }
        look.throwFailure();
    }

    private List<Long> findFree(Look look) throws InterruptedException {
        long end = bodies.nextId();
        boolean isIdle = end == lastEnd;
        lastEnd = end;
        var free = new ArrayList<Long>();
        for (var segment : bodies.segments().entrySet()) {
            boolean grows = segment.getKey() == BodySegments.of(end);
            boolean isWorthIt = !grows || isIdle || end - BodySegments.firstId(segment.getKey()) >= WORTH_BYTES;
            if (isWorthIt && look.isDone(segment.getValue())) {
                free.add(segment.getKey());
            }
        }
        return free;
    }

    /** The acknowledgements of one round, each log's looked up once. */
    private final class Look {
        private final Map<Long, AckSetView> views = new HashMap<>();
        private final Set<Long> gone = new HashSet<>();
        private @Nullable RuntimeException failure;

        boolean isDone(Map<Long, BodyRange> logs) throws InterruptedException {
            for (var log : logs.entrySet()) {
                BodyRange range = log.getValue();
                AckSetView view = of(log.getKey());
                if (view.nextUnacknowledged(range.firstOffset()) < range.endOffset() && !gone.contains(log.getKey())) {
                    return false;
                }
            }
            return true;
        }

        private AckSetView of(long logId) throws InterruptedException {
            AckSetView view = views.get(logId);
            if (view == null) {
                view = find(logId);
                views.put(logId, view);
            }
            return view;
        }

        private AckSetView find(long logId) throws InterruptedException {
            try {
                return acknowledgements.apply(logId).get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof NotFound) {
                    gone.add(logId);
                } else {
                    // What this log refers to stays; the others need not wait for its repair.
                    failure = new IllegalStateException(
                            "the acknowledgements of log " + logId + " cannot be read", e.getCause());
                }
                return NOTHING_ACKNOWLEDGED;
            }
        }

        void throwFailure() {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
