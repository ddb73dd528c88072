package dev.tandem.storage.commit;

import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.BodyRows;
import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a group does to shared bodies: stored, referred to, freed. Commit thread. */
final class GroupBodies {
    private final EngineState state;
    private final BatchBuilder rows;
    private final List<StoredBody> stored = new ArrayList<>();
    private final Map<Referrer, BodyRange> dirty = new LinkedHashMap<>();
    private final List<FreedRange> freed = new ArrayList<>();
    private final long firstId;
    private @Nullable StoredBody latest;

    /**
     * What an empty group does to shared bodies: nothing yet.
     *
     * @param rows takes the deletions at once: rows written later, and all bodies, come behind them
     */
    GroupBodies(EngineState state, BatchBuilder rows) {
        this.state = state;
        this.rows = rows;
        this.firstId = state.bodies().nextId();
    }

    boolean isEmpty() {
        return stored.isEmpty() && dirty.isEmpty();
    }

    /** Takes a body; returns its id. */
    long store(Change.StoreBody change) {
        latest = new StoredBody(state.bodies().allocate(change.body().length()), change);
        stored.add(latest);
        return latest.id;
    }

    /** The body that messages refer to now. */
    StoredBody latest() {
        if (latest == null) {
            throw new IllegalStateException("a message refers to a body that its commit does not store");
        }
        return latest;
    }

    /** Notes that the message at an offset refers to the latest body. */
    void refer(LogState log, long offset) {
        long segment = BodySegments.of(latest().id);
        dirty.put(new Referrer(segment, log.id()), state.bodies().refer(segment, log.id(), offset));
    }

    /** A log that the group deletes refers to nothing any more. */
    void drop(LogState log) {
        for (long segment : state.bodies().segmentsOf(log.id())) {
            release(segment, log.id());
        }
    }

    /** A log refers to a segment no more. */
    void release(long segment, long logId) {
        dirty.remove(new Referrer(segment, logId));
        rows.delete(ColumnFamily.BODIES, StorageSchema.bodyReferenceKey(segment, logId));
        if (state.bodies().remove(segment, logId)) {
            free(segment);
        }
    }

    /** Frees those segments whose bodies everybody is done with; returns how many. */
    long free(Change.FreeBodies change) {
        long count = 0;
        for (long segment : change.segments()) {
            Map<Long, BodyRange> logs = state.bodies().segments().get(segment);
            if (logs != null && logs.entrySet().stream().allMatch(log -> isDone(log.getKey(), log.getValue()))) {
                dirty.keySet().removeIf(referrer -> referrer.segment == segment);
                rows.deleteRange(
                        ColumnFamily.BODIES,
                        StorageSchema.bodyReferencePrefix(segment),
                        StorageSchema.bodyReferencePrefix(segment + 1));
                free(segment);
                count++;
            }
        }
        return count;
    }

    private boolean isDone(long logId, BodyRange range) {
        LogState log = state.logs().findOrOpen(logId);
        return log == null || state.ackSets().of(log, 0).covers(range.firstOffset(), range.endOffset());
    }

    private void free(long segment) {
        long from = BodySegments.firstId(segment);
        long to = BodySegments.firstId(segment + 1);
        stored.removeIf(body -> BodySegments.of(body.id) == segment);
        rows.deleteRange(ColumnFamily.BODIES, StorageSchema.bodyKey(from), StorageSchema.bodyKey(to));
        freed.add(FreedRange.ofBodies(from, to, state.bodies().free(segment)));
    }

    /** Ranges of bodies that this group deletes; their space may be given back once it is synced. */
    List<FreedRange> freed() {
        return freed;
    }

    /** Adds the rows that tell of references, and the next id. */
    void finish() {
        dirty.forEach((referrer, range) -> rows.put(
                ColumnFamily.BODIES,
                StorageSchema.bodyReferenceKey(referrer.segment, referrer.logId),
                BodyRows.encode(range)));
        long nextId = state.bodies().nextId();
        if (nextId != firstId) {
            rows.put(ColumnFamily.META, StorageSchema.NEXT_BODY_ID, StorageSchema.u64(nextId));
        }
    }

    /** Bytes of the bodies' rows. */
    int rowSize() {
        int size = 0;
        for (StoredBody body : stored) {
            size += BodyRows.rowSize(body.change.body());
        }
        return size;
    }

    /** Writes the bodies' rows; entries written behind them find their bodies there. */
    void write(BatchBuilder whole) {
        for (StoredBody body : stored) {
            body.written = BodyRows.write(whole, body.id, body.change.crc(), body.change.body());
        }
    }

    /** A body of this group. */
    static final class StoredBody {
        private final long id;
        private final Change.StoreBody change;
        private @Nullable Slice written;

        StoredBody(long id, Change.StoreBody change) {
            this.id = id;
            this.change = change;
        }

        long id() {
            return id;
        }

        int length() {
            return change.body().length();
        }

        /** The body as it lies in the group's array; null when the group freed it. */
        @Nullable
        Slice written() {
            return written;
        }
    }

    private record Referrer(long segment, long logId) {}
}
