package dev.tandem.storage.commit;

import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SegmentDirectory;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a group changes in the logs' directories, and its rows. Commit thread. */
final class GroupSegments {
    /** More rows than this are deleted as a range: each range deletion costs later reads, each row a deletion. */
    private static final int POINT_DELETIONS = 16;

    private final BatchBuilder rows;
    private final Set<LogState> changed = new LinkedHashSet<>();

    /**
     * The directories' part of an empty group.
     *
     * @param rows takes the rows at once
     */
    GroupSegments(BatchBuilder rows) {
        this.rows = rows;
    }

    /** Adds an entry; returns whether a segment is complete by that. */
    boolean append(EntryBuilder entry, int leaderEpoch) {
        int before = rows.size();
        entry.addTo(entry.log().directory(), leaderEpoch, segment -> put(entry.log(), segment));
        return rows.size() > before;
    }

    /** Completes a log's open segment, if there is one. */
    void close(LogState log) {
        log.directory().close(segment -> put(log, segment));
        changed.add(log);
    }

    /** Puts what was found out in the place of an undescribed segment, or of its first part; false when there is none. */
    boolean describe(LogState log, List<Segment> found) {
        SegmentDirectory directory = log.directory();
        Segment last = found.get(found.size() - 1);
        Segment old = directory.beginningAt(found.get(0).firstOffset());
        if (old == null || old.isDescribed() || last.endOffset() > old.endOffset()) {
            return false;
        }
        directory.closeUpTo(old.endOffset(), segment -> put(log, segment));
        var described = new ArrayList<>(found);
        if (last.endOffset() < old.endOffset()) {
            described.add(old.from(last.endOffset(), last.logBytesEnd()));
        }
        directory.replace(described);
        described.forEach(segment -> put(log, segment));
        changed.add(log);
        return true;
    }

    /** Drops everything below an entry of a log. */
    void trim(LogState log, long entryBase, long bytesBelow) {
        List<Segment> gone = log.directory().trim(entryBase, bytesBelow);
        deleteRows(log, gone, entryBase);
        Segment rest = log.directory().beginningAt(entryBase);
        if (rest != null && !gone.isEmpty() && gone.get(gone.size() - 1).endOffset() > entryBase) {
            put(log, rest);
        }
        changed.add(log);
    }

    /** Makes one segment of several that cover a range exactly, before it is rewritten. */
    void join(LogState log, long firstOffset, long endOffset) {
        List<Segment> joined = log.directory().join(firstOffset, endOffset);
        if (!joined.isEmpty()) {
            deleteRows(log, joined, endOffset);
            changed.add(log);
        }
    }

    /** Takes off what a rewrite removed from the segment that holds an offset. */
    void thin(LogState log, long offset, long records, long bytes) {
        log.directory().thin(offset, records, bytes, segment -> put(log, segment));
        changed.add(log);
    }

    /** Shows readers the directories that changed other than by appends. */
    void publish() {
        changed.forEach(log -> log.directory().publish());
    }

    private void deleteRows(LogState log, List<Segment> gone, long endOffset) {
        if (gone.size() > POINT_DELETIONS) {
            rows.deleteRange(
                    ColumnFamily.LOGS,
                    StorageSchema.segmentKey(log.id(), gone.get(0).firstOffset()),
                    StorageSchema.segmentKey(log.id(), endOffset));
        } else {
            gone.forEach(segment ->
                    rows.delete(ColumnFamily.LOGS, StorageSchema.segmentKey(log.id(), segment.firstOffset())));
        }
    }

    private void put(LogState log, Segment segment) {
        rows.put(ColumnFamily.LOGS, StorageSchema.segmentKey(log.id(), segment.firstOffset()), segment.encode());
    }
}
