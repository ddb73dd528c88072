package dev.tandem.storage.tool;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Prints logs, their directories and their cursors. */
final class LogListing {
    private final RocksStore store;
    private final LogTable logs;
    private final AckSets ackSets;
    private final LogNames names;
    private final Lines lines;

    LogListing(RocksStore store, LogTable logs, AckSets ackSets, LogNames names, Lines lines) {
        this.store = store;
        this.logs = logs;
        this.ackSets = ackSets;
        this.names = names;
        this.lines = lines;
    }

    /** Ids of all logs that are not deleted. */
    List<Long> ids() {
        var ids = new ArrayList<Long>();
        store.scan(ColumnFamily.LOGS, new byte[] {0}, StorageSchema.logPrefix(Long.MAX_VALUE), (key, value) -> {
            if (StorageSchema.isLogHead(key) && !DeletionMark.isMark(value)) {
                ids.add(StorageSchema.logIdOf(key));
            }
            return true;
        });
        return ids;
    }

    /** One line for each log, then one for each cursor. */
    void print() {
        lines.print("log", "retention", "start", "end", "bytes", "segments", "name");
        for (long id : ids()) {
            try {
                LogState log = logs.get(id);
                lines.print(
                        id,
                        log.retention().name().toLowerCase(Locale.ROOT),
                        log.startOffset(),
                        log.writtenEnd(),
                        log.sizeInBytes(),
                        log.segments().size(),
                        names.of(id));
            } catch (CorruptData e) {
                lines.damage("log " + id + ", " + names.of(id) + ": " + e.getMessage());
            }
        }
        lines.print();
        printCursorHeading();
        cursors().forEach((logId, cursorIds) -> cursorIds.forEach(cursorId -> printCursor(logId, cursorId)));
    }

    /** The segments of one log, then its cursors. */
    void print(LogState log) {
        lines.print("segment", "end", "records", "bytes", "epoch", "from", "to");
        for (Segment segment : log.segments()) {
            lines.print(
                    segment.firstOffset(),
                    segment.endOffset(),
                    segment.records(),
                    segment.bytes(),
                    segment.leaderEpoch(),
                    segment.isDescribed() ? time(segment.minTimestamp()) : "not described",
                    segment.isDescribed() ? time(segment.maxTimestamp()) : "not described");
        }
        lines.print();
        printCursorHeading();
        cursors().getOrDefault(log.id(), Set.of()).forEach(cursorId -> printCursor(log.id(), cursorId));
    }

    private void printCursorHeading() {
        lines.print(
                "log",
                "cursor",
                "acknowledged below",
                "and above",
                "in runs",
                "unacknowledged",
                "delivered below",
                "some came back");
    }

    private void printCursor(long logId, int cursorId) {
        try {
            LogState log = logs.findOrOpen(logId);
            if (log == null) {
                lines.print(logId, cursorId, "the log is deleted");
                return;
            }
            AckSetView view = ackSets.of(log, cursorId).view();
            lines.print(
                    logId,
                    cursorId,
                    view.floor(),
                    view.cardinalityAboveFloor(),
                    runs(view),
                    log.writtenEnd() - view.floor() - view.cardinalityAboveFloor(),
                    view.deliveredEnd() == Long.MAX_VALUE ? "unknown" : view.deliveredEnd(),
                    view.deliveryCounts().isEmpty() ? "no" : "yes");
        } catch (CorruptData e) {
            lines.damage("cursor " + cursorId + " of log " + logId + ": " + e.getMessage());
        }
    }

    /** Runs of acknowledged offsets above the floor: each ends in a hole, or at the end. */
    private static long runs(AckSetView view) {
        long runs = 0;
        for (long at = view.nextAcknowledged(view.floor());
                at < Long.MAX_VALUE;
                at = view.nextAcknowledged(view.nextUnacknowledged(at))) {
            runs++;
        }
        return runs;
    }

    /** Ids of the cursors that have rows, by log. */
    private Map<Long, Set<Integer>> cursors() {
        var found = new LinkedHashMap<Long, Set<Integer>>();
        store.scan(ColumnFamily.CURSORS, new byte[] {0}, StorageSchema.logPrefix(Long.MAX_VALUE), (key, value) -> {
            found.computeIfAbsent(StorageSchema.logIdOf(key), id -> new TreeSet<>())
                    .add(StorageSchema.cursorIdOf(key));
            return true;
        });
        return found;
    }

    private static String time(long millis) {
        return millis < 0 ? "no time" : Instant.ofEpochMilli(millis).toString();
    }
}
