package dev.tandem.storage.clean;

import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * Frees segments of shared bodies once every queue that refers to them is done with them. What this pass finds is what
 * stood in the ack sets when it looked; the commit that frees looks again.
 */
public final class BodyCleaning implements CleaningPass {
    /** A segment that still grows is freed from this size on, or when nothing is added to it: each freeing has its cost. */
    private static final long WORTH_BYTES = 4 << 20;
    /** Segments freed by one commit. */
    private static final int STEP = 256;

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
        var acknowledged = new QueueAcknowledgements(acknowledgements);
        List<Long> free = findFree(acknowledged);
        if (!free.isEmpty()) {
            // What was seen to be acknowledged must be synced before the bodies go.
            round.commit(Durability.SYNCED);
        }
        for (int from = 0; from < free.size(); from += STEP) {
            round.commit(new Change.FreeBodies(List.copyOf(free.subList(from, Math.min(free.size(), from + STEP)))));
        }
        acknowledged.throwFailure();
    }

    private List<Long> findFree(QueueAcknowledgements acknowledged) throws InterruptedException {
        long end = bodies.nextId();
        boolean isIdle = end == lastEnd;
        lastEnd = end;
        var free = new ArrayList<Long>();
        for (var segment : bodies.segments().entrySet()) {
            boolean grows = segment.getKey() == BodySegments.of(end);
            boolean isWorthIt = !grows || isIdle || end - BodySegments.firstId(segment.getKey()) >= WORTH_BYTES;
            if (isWorthIt && areAllDone(segment.getValue(), acknowledged)) {
                free.add(segment.getKey());
            }
        }
        return free;
    }

    private static boolean areAllDone(Map<Long, BodyRange> logs, QueueAcknowledgements acknowledged)
            throws InterruptedException {
        for (var log : logs.entrySet()) {
            if (!acknowledged.isDone(log.getKey(), log.getValue())) {
                return false;
            }
        }
        return true;
    }
}
