package dev.tandem.storage.tool;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;

/**
 * Reads the entries of a log past damage, which the engine never serves: an entry that cannot be read is reported and
 * skipped; where RocksDB cannot read a file on, the scan goes on at the next segment of the log's directory.
 */
final class LogScan {
    private final RocksStore store;
    private final LogState log;
    private final Lines lines;
    private long position;
    private long lastSeen;

    /** Sees an entry whose envelope can be read, whatever its batches are; returns false to end the scan. */
    @FunctionalInterface
    interface EntryVisitor {
        boolean visit(StoredEntry entry);
    }

    LogScan(RocksStore store, LogState log, Lines lines) {
        this.store = store;
        this.log = log;
        this.lines = lines;
    }

    /** Visits the entries that hold, or follow, an offset. */
    void run(long fromOffset, EntryVisitor visitor) {
        long from = Math.max(fromOffset, log.startOffset());
        position = from;
        lastSeen = from - 1;
        while (position < log.writtenEnd()) {
            try {
                store.scanFromFloor(
                        ColumnFamily.RECORDS,
                        StorageSchema.recordKey(log.id(), log.startEntry()),
                        StorageSchema.recordKey(log.id(), position),
                        StorageSchema.logPrefix(log.id() + 1),
                        (key, value) -> visit(key, value, from, visitor));
                return;
            } catch (CorruptData e) {
                lines.damage("records of log " + log.id() + " behind offset " + lastSeen + ": " + e.getMessage());
                position = nextSegment();
            }
        }
    }

    private boolean visit(byte[] key, byte[] value, long from, EntryVisitor visitor) {
        long baseOffset = StorageSchema.baseOffsetOf(key);
        lastSeen = Math.max(lastSeen, baseOffset);
        StoredEntry entry;
        try {
            entry = new StoredEntry(baseOffset, Slice.of(value));
        } catch (CorruptData e) {
            lines.damage("records of log " + log.id() + " at offset " + baseOffset + ": " + e.getMessage());
            return true;
        }
        if (entry.endOffset() <= from) {
            return true;
        }
        try {
            entry.verify();
        } catch (CorruptData e) {
            lines.damage("records of log " + log.id() + " at offset " + baseOffset + ": " + e.getMessage());
        }
        return visitor.visit(entry);
    }

    private long nextSegment() {
        return log.segments().stream()
                .mapToLong(Segment::firstOffset)
                .filter(first -> first > lastSeen && first > position)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
