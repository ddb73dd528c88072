package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.StorageException.PreconditionFailed.Reason;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a group rewrites in the middle of logs. Commit thread. */
final class GroupRewrites {
    private final BatchBuilder rows;
    private final GroupSegments segments;
    private final List<FreedRange> freed = new ArrayList<>();
    private final Map<LogState, Long> ends = new HashMap<>();

    /**
     * No rewrites yet.
     *
     * @param rows takes the rows at once
     * @param segments is told what the logs' segments lose
     */
    GroupRewrites(BatchBuilder rows, GroupSegments segments) {
        this.rows = rows;
        this.segments = segments;
    }

    /**
     * Refuses a rewrite whose range is not made of whole written entries, or whose entries would begin below the log's
     * start and reach past it. Reads the entries at both ends.
     */
    static void check(LogState log, Change.RewriteRange change) {
        if (change.endOffset() > log.writtenEnd()) {
            throw moved(log, change, "the log ends at " + log.writtenEnd());
        }
        long first = Math.max(change.firstOffset(), log.startEntry());
        if (first >= change.endOffset()) {
            return;
        }
        for (StoredEntry entry : change.entries()) {
            if (entry.baseOffset() < log.startEntry() && entry.endOffset() > log.startOffset()) {
                throw moved(log, change, "the log starts at " + log.startOffset());
            }
        }
        long segment = log.directory().lastBeginningUpTo(change.endOffset() - 1);
        if (segment > first && !log.directory().isCovered(first, change.endOffset())) {
            throw moved(log, change, "a segment begins at " + segment);
        }
        log.entryAt(first).ifPresent(entry -> {
            if (entry.baseOffset() < first) {
                throw moved(log, change, "an entry begins at " + entry.baseOffset());
            }
        });
        log.entryAt(change.endOffset() - 1).ifPresent(entry -> {
            if (entry.baseOffset() < change.endOffset() && entry.endOffset() > change.endOffset()) {
                throw moved(log, change, "an entry ends at " + entry.endOffset());
            }
        });
    }

    private static PreconditionFailed moved(LogState log, Change.RewriteRange change, String why) {
        return new PreconditionFailed(
                Reason.RANGE_MOVED,
                "the range from " + change.firstOffset() + " to " + change.endOffset() + " of log " + log.id()
                        + " cannot be rewritten: " + why);
    }

    /** Replaces the range's rows, as far as the log still holds them. */
    void rewrite(LogState log, Change.RewriteRange change) {
        long first = Math.max(change.firstOffset(), log.startEntry());
        if (first >= change.endOffset()) {
            return;
        }
        rows.deleteRange(
                ColumnFamily.RECORDS,
                StorageSchema.recordKey(log.id(), first),
                StorageSchema.recordKey(log.id(), change.endOffset()));
        for (StoredEntry entry : change.entries()) {
            if (entry.endOffset() > log.startOffset()) {
                rows.put(ColumnFamily.RECORDS, StorageSchema.recordKey(log.id(), entry.baseOffset()), entry.value());
            }
        }
        freed.add(FreedRange.thinned(log.id(), first, change.endOffset(), change.goneBytes()));
        segments.join(log, first, change.endOffset());
        segments.thin(log, change.endOffset() - 1, change.goneRecords(), change.goneBytes());
        log.freedByRewrite(change.goneBytes());
        ends.merge(log, change.endOffset(), Math::max);
    }

    /** Logs with rewritten ranges, each with the highest end of one. */
    Map<LogState, Long> ends() {
        return ends;
    }

    /** Ranges of which records may have gone. */
    List<FreedRange> freed() {
        return freed;
    }
}
