package dev.tandem.storage.log;

import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One lookup of a record by its timestamp: from the directory to segments that may hold it, from their batches' headers to
 * entries, from an entry to the record. Reader pool.
 */
final class TimeLookup {
    private static final int READ_BYTES = 1 << 20;

    private final LogState log;
    private final EntryUnpacker unpacker;
    private final long startOffset;
    private final long endOffset;

    /** A lookup among the records below an offset. */
    TimeLookup(LogState log, long endOffset, EntryUnpacker unpacker) {
        this.log = log;
        this.unpacker = unpacker;
        this.startOffset = log.startOffset();
        this.endOffset = Math.min(endOffset, log.writtenEnd());
    }

    /** As {@link Log#firstAtOrAfter}. */
    Optional<TimedOffset> firstAtOrAfter(long timestampMillis) {
        var found = new Found();
        for (Segment segment : log.segments()) {
            if (segment.maxTimestamp() >= timestampMillis) {
                // The header may owe its largest timestamp to a record below the log's start: then the search goes on.
                visit(segment.firstOffset(), segment.endOffset(), entry -> {
                    if (entry.maxTimestamp() >= timestampMillis) {
                        visitRecords(entry, (offset, timestamp) -> {
                            if (timestamp >= timestampMillis) {
                                found.set(offset, timestamp, entry);
                            }
                            return found.result == null;
                        });
                    }
                    return found.result == null;
                });
                if (found.result != null) {
                    break;
                }
            }
        }
        return Optional.ofNullable(found.result);
    }

    /** As {@link Log#latest}. */
    Optional<TimedOffset> latest() {
        var found = new Found();
        for (Segment segment : log.segments()) {
            if (segment.maxTimestamp() > found.timestamp() && !(isExact(segment) && findNoted(segment, found))) {
                visit(segment.firstOffset(), segment.endOffset(), entry -> {
                    keepLatest(entry, found);
                    return true;
                });
            }
        }
        return Optional.ofNullable(found.result);
    }

    /** Looks for a segment's youngest record where the directory says it is; false when it is gone, by compaction. */
    private boolean findNoted(Segment segment, Found found) {
        var noted = new Found();
        visit(segment.offsetOfMaxTimestamp(), segment.endOffset(), entry -> {
            keepLatest(entry, noted);
            return false;
        });
        if (noted.timestamp() != segment.maxTimestamp()) {
            return false;
        }
        found.result = noted.result;
        return true;
    }

    /** Whether the directory's largest timestamp is that of a record within the bounds of this lookup. */
    private boolean isExact(Segment segment) {
        return segment.offsetOfMaxTimestamp() >= startOffset && segment.endOffset() <= endOffset;
    }

    private void keepLatest(StoredEntry entry, Found found) {
        if (entry.maxTimestamp() > found.timestamp()) {
            visitRecords(entry, (offset, timestamp) -> {
                if (timestamp > found.timestamp()) {
                    found.set(offset, timestamp, entry);
                }
                return found.timestamp() < entry.maxTimestamp();
            });
        }
    }

    /** Visits the entries between two offsets, within the bounds, until the visitor returns false. */
    private void visit(long from, long to, Predicate<StoredEntry> visitor) {
        long end = Math.min(to, endOffset);
        long next = Math.max(from, startOffset);
        while (next < end) {
            LogRead read = log.read(next, end, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                if (!visitor.test(entry)) {
                    return;
                }
            }
            if (read.nextOffset() <= next) {
                return;
            }
            next = read.nextOffset();
        }
    }

    /** Visits the records of an entry that lie within the bounds. */
    private void visitRecords(StoredEntry entry, EntryUnpacker.RecordVisitor visitor) {
        EntryUnpacker.RecordVisitor bounded =
                (offset, timestamp) -> offset < endOffset && (offset < startOffset || visitor.visit(offset, timestamp));
        if (entry.envelope().origin() == Origin.KAFKA) {
            unpacker.visit(entry, bounded);
            return;
        }
        for (int i = 0; i < entry.recordCount(); i++) {
            var message = entry.message(i);
            if (!bounded.visit(message.offset(), message.timestampMillis())) {
                return;
            }
        }
    }

    /** The best record so far. */
    private static final class Found {
        private @Nullable TimedOffset result;

        long timestamp() {
            return result == null ? Long.MIN_VALUE : result.timestampMillis();
        }

        void set(long offset, long timestamp, StoredEntry entry) {
            result = new TimedOffset(offset, timestamp, entry.leaderEpoch());
        }
    }
}
