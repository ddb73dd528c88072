package dev.tandem.storage.commit;

import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a group does to whole logs: created, deleted, trimmed, and their head rows. Commit thread. */
final class GroupLogs {
    /** The families whose keys begin with the id of a log. */
    private static final List<ColumnFamily> OF_LOGS =
            List.of(ColumnFamily.LOGS, ColumnFamily.RECORDS, ColumnFamily.CURSORS, ColumnFamily.PRODUCERS);

    private final EngineState state;
    private final BatchBuilder rows;
    private final MovedLogs moved;
    private final GroupSegments segments;
    private final Set<LogState> deleted = new LinkedHashSet<>();
    private final Set<LogState> trimmed = new LinkedHashSet<>();
    private final List<FreedRange> freed = new ArrayList<>();

    /**
     * What an empty group does to logs: nothing yet.
     *
     * @param rows takes the rows at once
     * @param moved is told the logs whose ends, start or existence change
     * @param segments is told what happens to their directories
     */
    GroupLogs(EngineState state, BatchBuilder rows, MovedLogs moved, GroupSegments segments) {
        this.state = state;
        this.rows = rows;
        this.moved = moved;
        this.segments = segments;
    }

    void create(Change.CreateLog change) {
        LogState log = state.logs().create(change.logId(), change.retention());
        putHead(log);
        long next = Math.max(state.nextLogId().get(), change.logId() + 1);
        rows.put(ColumnFamily.META, StorageSchema.NEXT_LOG_ID, StorageSchema.u64(next));
    }

    /** Marks a log as deleted; false when that is done already. */
    boolean delete(LogState log) {
        if (!deleted.add(log)) {
            return false;
        }
        moved.add(log);
        rows.put(ColumnFamily.LOGS, StorageSchema.logHeadKey(log.id()), new DeletionMark(log.sizeInBytes()).encode());
        return true;
    }

    /** Removes what is left of deleted logs. */
    void remove(Change.RemoveLogs change) {
        byte[] from = StorageSchema.logPrefix(change.firstLogId());
        byte[] to = StorageSchema.logPrefix(change.endLogId());
        for (ColumnFamily family : OF_LOGS) {
            // Where there is nothing to delete, a range deletion would only be in the way of readers.
            if (state.logs().hasRows(family, from, to)) {
                rows.deleteRange(family, from, to);
            }
        }
        freed.add(FreedRange.ofLogs(change.firstLogId(), change.endLogId(), change.bytes()));
    }

    /** Raises a log's start; returns the new start, the old one when nothing changes. */
    long trim(LogState log, long startOffset) {
        // Only what is written can be found: the pipeline writes earlier commits first, so this commit alone is not.
        long target = Math.min(startOffset, log.writtenEnd());
        if (target <= log.startOffset()) {
            return log.startOffset();
        }
        OptionalLong known = log.bytesBelow(target);
        long entryBase = target;
        long bytesBelow = known.orElse(log.writtenBytes());
        Optional<StoredEntry> entry = known.isPresent() ? Optional.empty() : log.entryAt(target);
        if (entry.isPresent()) {
            entryBase = entry.get().baseOffset();
            bytesBelow =
                    entry.get().envelope().logBytes() - entry.get().batches().length();
        }
        rows.deleteRange(
                ColumnFamily.RECORDS,
                StorageSchema.recordKey(log.id(), log.startEntry()),
                StorageSchema.recordKey(log.id(), entryBase));
        freed.add(FreedRange.emptied(log.id(), entryBase, log.bytesFreedBy(bytesBelow)));
        log.trimTo(target, entryBase, bytesBelow);
        segments.trim(log, entryBase, bytesBelow);
        trimmed.add(log);
        moved.add(log);
        putHead(log);
        return target;
    }

    /** Whether this group deletes a log. */
    boolean deletes(LogState log) {
        return !deleted.isEmpty() && deleted.contains(log);
    }

    /** The logs that this group deletes. */
    Set<LogState> deleted() {
        return deleted;
    }

    /** The logs that this group trims. */
    Set<LogState> trimmed() {
        return trimmed;
    }

    /** Ranges of records that this group deletes; their space may be given back once it is synced. */
    List<FreedRange> freed() {
        return freed;
    }

    /** Adds what the next start would have to find out, for a clean stop. */
    void closeAll() {
        for (LogState log : state.logs().all()) {
            if (log.damage() != null) {
                continue;
            }
            segments.close(log);
            if (log.bytesSinceHead() > 0) {
                putHead(log);
            }
        }
    }

    /** Adds a log's head row as it is now. */
    void putHead(LogState log) {
        rows.put(
                ColumnFamily.LOGS,
                StorageSchema.logHeadKey(log.id()),
                log.head().encode());
        log.headWritten();
    }
}
