package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.LogTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * Keeps a few stuck messages from holding whole segments of shared bodies: when less than a tenth of a segment is still
 * needed, and the same messages need it as some time before, each of them gets a copy of its body in its own log, and the
 * segment goes. Messages that are merely on their way through are left alone: theirs would be copied for nothing.
 */
public final class BodyInlining implements CleaningPass {
    /** More bytes than this are not copied out of a segment. */
    private static final long MAX_BYTES = BodySegments.SEGMENT_BYTES / 10;
    /** More unacknowledged messages than this are not looked at: with the shortest bodies, a tenth of a segment. */
    private static final int MAX_MESSAGES = (int) (MAX_BYTES / SharedBodies.MIN_BODY_BYTES);
    /** Messages that stay unacknowledged for so long are stuck. */
    private static final long STUCK_MILLIS = 10_000;
    /** A segment that turned out to be needed more than it seemed is left alone for so long. */
    private static final long REST_MILLIS = 600_000;

    private final SharedBodies bodies;
    private final LogTable logs;
    private final LongFunction<CompletableFuture<AckSetView>> acknowledgements;
    /** Per segment of which little is needed, how many messages need it, and since when. */
    private final Map<Long, Sighting> sightings = new HashMap<>();

    /**
     * The pass of one engine.
     *
     * @param acknowledgements finds the ack set of a queue by the id of its log
     */
    public BodyInlining(
            SharedBodies bodies, LogTable logs, LongFunction<CompletableFuture<AckSetView>> acknowledgements) {
        this.bodies = bodies;
        this.logs = logs;
        this.acknowledgements = acknowledgements;
    }

    @Override
    public String name() {
        return "the copying of the last shared bodies";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        var acknowledged = new QueueAcknowledgements(acknowledgements);
        // The segment that grows is left to grow.
        var full = bodies.segments().headMap(BodySegments.of(bodies.nextId()), false);
        sightings.keySet().retainAll(full.keySet());
        for (var segment : full.entrySet()) {
            Map<Long, List<Long>> waiting = waitingFor(segment.getValue(), acknowledged);
            if (isStuck(segment.getKey(), waiting, round.nowMillis())) {
                inline(round, segment.getKey(), waiting, acknowledged);
            }
        }
    }

    /** The unacknowledged offsets in the ranges that refer to a segment, by log; none when there are many. */
    private static Map<Long, List<Long>> waitingFor(Map<Long, BodyRange> ranges, QueueAcknowledgements acknowledged)
            throws InterruptedException {
        var waiting = new TreeMap<Long, List<Long>>();
        int count = 0;
        for (var entry : ranges.entrySet()) {
            BodyRange range = entry.getValue();
            if (acknowledged.isDone(entry.getKey(), range)) {
                continue;
            }
            var offsets = new ArrayList<Long>();
            AckSetView view = acknowledged.of(entry.getKey());
            long at = view.nextUnacknowledged(range.firstOffset());
            while (at < range.endOffset()) {
                offsets.add(at);
                if (++count > MAX_MESSAGES) {
                    return Map.of();
                }
                at = view.nextUnacknowledged(at + 1);
            }
            waiting.put(entry.getKey(), offsets);
        }
        return waiting;
    }

    private boolean isStuck(long segment, Map<Long, List<Long>> waiting, long nowMillis) {
        if (waiting.isEmpty()) {
            sightings.remove(segment);
            return false;
        }
        int count = waiting.values().stream().mapToInt(List::size).sum();
        Sighting last = sightings.get(segment);
        if (last == null || last.messages != count) {
            sightings.put(segment, new Sighting(count, nowMillis));
            return false;
        }
        return nowMillis - last.sinceMillis >= STUCK_MILLIS;
    }

    private void inline(
            CleaningRound round, long segment, Map<Long, List<Long>> waiting, QueueAcknowledgements acknowledged)
            throws InterruptedException {
        var copies = new ArrayList<BodyCopies>();
        long bytes = 0;
        for (var queue : waiting.entrySet()) {
            LogState log = logs.findOrOpen(queue.getKey());
            if (log != null) {
                var copy = BodyCopies.plan(log, segment, queue.getValue(), acknowledged.of(queue.getKey()));
                copies.add(copy);
                bytes += copy.bytes();
            }
        }
        if (bytes > MAX_BYTES) {
            sightings.computeIfPresent(
                    segment, (key, last) -> new Sighting(last.messages, round.nowMillis() + REST_MILLIS));
            return;
        }
        // What is left out as acknowledged must be synced before.
        round.commit(Durability.SYNCED);
        for (BodyCopies copy : copies) {
            try {
                round.commit(copy.changes().toArray(new Change[0]));
            } catch (NotFound | PreconditionFailed e) {
                continue; // deleted meanwhile, and its references with it; or its start has moved: the next round sees
            }
        }
    }

    private record Sighting(int messages, long sinceMillis) {}
}
