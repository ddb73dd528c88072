package dev.tandem.storage.commit;

import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a group changes in ack sets, and which logs that makes worth a trim. Commit thread. */
final class GroupCursors {
    /** Acknowledged bytes worth a trim, and the part of a long log that is: every trim leaves a range tombstone. */
    private static final long TRIM_STEP_BYTES = 4 << 20;

    private static final int TRIM_STEPS = 16;

    private final EngineState state;
    private final Map<CursorKey, AckSet> dirtyAckSets = new LinkedHashMap<>();
    private final List<TrimCandidate> trimCandidates = new ArrayList<>();

    GroupCursors(EngineState state) {
        this.state = state;
    }

    boolean isEmpty() {
        return dirtyAckSets.isEmpty();
    }

    void acknowledge(Change.Acknowledge change) {
        LogState log = state.logs().get(change.logId());
        AckSet ackSet = dirty(log, change.cursorId());
        long[] ranges = change.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            ackSet.acknowledge(ranges[i], Math.min(ranges[i + 1], log.nextOffset()));
        }
    }

    void countDeliveries(Change.CountDeliveries change) {
        LogState log = state.logs().get(change.logId());
        AckSet ackSet = dirty(log, change.cursorId());
        long[] ranges = change.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            ackSet.countDeliveries(ranges[i], Math.min(ranges[i + 1], log.nextOffset()));
        }
    }

    void storeDeliveredEnd(Change.StoreDeliveredEnd change) {
        LogState log = state.logs().get(change.logId());
        dirty(log, change.cursorId()).setDeliveredEnd(change.offset());
    }

    private AckSet dirty(LogState log, int cursorId) {
        AckSet ackSet = state.ackSets().of(log, cursorId);
        dirtyAckSets.put(new CursorKey(log, cursorId), ackSet);
        return ackSet;
    }

    /** What is trimmed counts as acknowledged; ack sets opened later are raised when they are loaded. */
    void trimmed(LogState log, long startOffset) {
        log.ackSets().forEach((cursorId, ackSet) -> {
            if (ackSet.floor() < startOffset) {
                ackSet.raiseFloor(startOffset);
                dirtyAckSets.put(new CursorKey(log, cursorId), ackSet);
            }
        });
    }

    /** Forgets the changes of a log that the group deletes. */
    void drop(LogState log) {
        dirtyAckSets.keySet().removeIf(key -> key.log == log);
    }

    /**
     * Deletes a cursor. What this group did to it is forgotten; what it does to it afterwards is written behind the
     * deletion.
     */
    void drop(LogState log, int cursorId, BatchBuilder rows) {
        dirtyAckSets.remove(new CursorKey(log, cursorId));
        var anew = new AckSet();
        anew.raiseFloor(log.startOffset());
        log.ackSets().put(cursorId, anew);
        byte[] prefix = StorageSchema.cursorPrefix(log.id(), cursorId);
        rows.deleteRange(ColumnFamily.CURSORS, prefix, StorageSchema.prefixEnd(prefix));
    }

    /** Adds the rows of what changed. */
    void finish(BatchBuilder rows) {
        dirtyAckSets.forEach((key, ackSet) -> {
            AckSets.write(key.log.id(), key.cursorId, ackSet, rows);
            if (key.cursorId == 0) {
                noteTrimCandidate(key.log, ackSet);
                noteSpaceCandidate(key.log, ackSet);
            }
        });
    }

    /** Looks at a log again that was trimmed: acknowledgements that came meanwhile may be worth the next trim. */
    void lookAgain(LogState log) {
        AckSet ackSet = log.ackSets().get(0);
        if (ackSet != null) {
            noteTrimCandidate(log, ackSet);
        }
    }

    /** Logs of which enough is acknowledged to be worth a trim, once this group is synced. */
    List<TrimCandidate> trimCandidates() {
        return trimCandidates;
    }

    /** Notes a private queue's log of which enough is acknowledged by the queue, its cursor 0. */
    private void noteTrimCandidate(LogState log, AckSet ackSet) {
        if (log.retention() != Retention.ACKNOWLEDGED) {
            return;
        }
        // Whole segments, or all there is: the directory knows where they begin, nothing needs to be read.
        long target = ackSet.floor() >= log.writtenEnd()
                ? log.writtenEnd()
                : log.directory().lastBeginningUpTo(ackSet.floor());
        long bytes = log.bytesFreedBy(log.bytesBelow(target).orElse(0));
        if (bytes >= Math.max(TRIM_STEP_BYTES, log.sizeInBytes() / TRIM_STEPS) && log.claimTrim()) {
            trimCandidates.add(new TrimCandidate(log, target));
        }
    }

    /**
     * Notes a private queue's log in which enough is acknowledged above the floor, stored still, for the cleaner to look.
     * Sizes of single records are not kept: the mean will do.
     */
    private void noteSpaceCandidate(LogState log, AckSet ackSet) {
        if (ackSet.cardinalityAboveFloor() == 0 || log.retention() != Retention.ACKNOWLEDGED) {
            return;
        }
        long stored = log.directory().records();
        long gaps = log.writtenEnd() - log.startOffset() - stored;
        long dead = Math.min(stored, ackSet.cardinalityAboveFloor() - Math.max(gaps, 0));
        if (dead > 0 && log.claimLook((long) (log.sizeInBytes() / (double) stored * dead))) {
            state.ackSets().spaceCandidates().note(log);
        }
    }

    /** A log whose records below a floor may go once that floor is synced. */
    record TrimCandidate(LogState log, long floor) {}

    private record CursorKey(LogState log, int cursorId) {}
}
