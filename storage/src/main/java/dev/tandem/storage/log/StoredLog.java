package dev.tandem.storage.log;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AcknowledgedEnd;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.LogHead;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rows tell of a log: its head brought up to the last entry, and its directory.
 *
 * @param directory a new one, for the log to change
 */
record StoredLog(LogHead head, SegmentDirectory directory) {

    /** A log without records. */
    static StoredLog empty(Retention retention) {
        return new StoredLog(LogHead.empty(retention), new SegmentDirectory());
    }

    /** Reads a log's rows; null for an unknown or deleted log. Blocks. */
    static @Nullable StoredLog read(RocksStore store, long logId) {
        var head = new LogHead[1];
        var segments = new ArrayList<Segment>();
        byte[] from = StorageSchema.logPrefix(logId);
        // Head and segments; the kinds behind them are for others.
        store.scan(ColumnFamily.LOGS, from, StorageSchema.compactedKey(logId), (key, value) -> {
            if (!StorageSchema.isLogHead(key)) {
                segments.add(Segment.decode(StorageSchema.segmentOffsetOf(key), value));
                return true;
            }
            head[0] = DeletionMark.isMark(value) ? null : LogHead.decode(value);
            return head[0] != null;
        });
        return head[0] == null ? null : recover(store, logId, head[0], segments);
    }

    /** As {@link #read}, without a look at what the head row does not tell. Blocks. */
    static @Nullable StoredLog readHead(RocksStore store, long logId) {
        byte[] row = store.get(ColumnFamily.LOGS, StorageSchema.logHeadKey(logId));
        return row == null || DeletionMark.isMark(row)
                ? null
                : new StoredLog(LogHead.decode(row), new SegmentDirectory());
    }

    private static StoredLog recover(RocksStore store, long logId, LogHead stored, List<Segment> segments) {
        StoredEntry last = lastEntry(store, logId, stored);
        // An offset once used is never used again, not even when the records are gone and the acknowledgement is not.
        LogHead head = stored.advancedTo(AcknowledgedEnd.of(store, logId), 0, 0);
        if (last != null) {
            head = head.advancedTo(
                    last.endOffset(),
                    last.envelope().logBytes(),
                    last.envelope().transientRecords());
        }
        return new StoredLog(
                head, new SegmentDirectory(segments, head.nextOffset(), openSegment(head, segments, last)));
    }

    private static @Nullable StoredEntry lastEntry(RocksStore store, long logId, LogHead stored) {
        var last = new StoredEntry[1];
        byte[] end = StorageSchema.logPrefix(logId + 1);
        try {
            store.scanFromFloor(
                    ColumnFamily.RECORDS,
                    StorageSchema.recordKey(logId, stored.startEntry()),
                    StorageSchema.recordKey(logId, Long.MAX_VALUE),
                    end,
                    (key, row) -> {
                        last[0] = new StoredEntry(StorageSchema.baseOffsetOf(key), Slice.of(row));
                        return false;
                    });
        } catch (CorruptData e) {
            // Looking backwards comes by what lies before the end, or before the log; the head row tells of that.
            store.scan(ColumnFamily.RECORDS, StorageSchema.recordKey(logId, stored.nextOffset()), end, (key, row) -> {
                last[0] = new StoredEntry(StorageSchema.baseOffsetOf(key), Slice.of(row));
                return true;
            });
        }
        return last[0];
    }

    /** What a crash left behind the last complete segment: all that is stored there, up to the log's end. */
    private static @Nullable Segment openSegment(LogHead head, List<Segment> segments, @Nullable StoredEntry last) {
        Segment before = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        long first = before == null ? head.startEntry() : before.endOffset();
        if (last == null || last.endOffset() <= first) {
            // All of it was removed before the crash: its offsets stay taken, and segments leave no gap.
            return before == null || head.nextOffset() <= first
                    ? null
                    : Segment.undescribed(first, head.nextOffset(), 0, 0, before.logBytesEnd(), before.leaderEpoch());
        }
        long bytesBelow = before == null ? head.startBytes() : before.logBytesEnd();
        long bytes = last.envelope().logBytes();
        return Segment.undescribed(
                first,
                head.nextOffset(),
                last.endOffset() - first,
                Math.max(0, bytes - bytesBelow),
                bytes,
                last.leaderEpoch());
    }
}
