package dev.tandem.storage.log;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a run of entries that prove by themselves that they are what was stored: each has its own checks and begins where the
 * one before it ends. RocksDB's checksums of the same bytes, which are computed without the processor's help in its Java
 * library and cost more than all else of a read, are left out. Where the run is broken it ends; it takes a checked read to
 * tell a gap, an older entry or what a rewrite left from damage.
 */
final class SealedEntries {
    private final long logId;
    private final long from;
    private final int mostBytes;
    private final List<StoredEntry> entries = new ArrayList<>();
    private long bytes;

    SealedEntries(long logId, long from, int mostBytes) {
        this.logId = logId;
        this.from = from;
        this.mostBytes = mostBytes;
    }

    /** Reads entries from the one that holds the offset on; false when there is no such run. */
    boolean read(RocksStore store, byte[] lowest, byte[] to) {
        try {
            store.scanUncheckedFromFloor(
                    ColumnFamily.RECORDS, lowest, StorageSchema.recordKey(logId, from), to, this::take);
        } catch (CorruptData e) {
            // A checked read names it, or finds nothing wrong with what matters; what came before it is sound.
        }
        return !entries.isEmpty();
    }

    private boolean take(byte[] key, byte[] value) {
        var entry = new StoredEntry(StorageSchema.baseOffsetOf(key), Slice.of(value));
        boolean continues = entries.isEmpty()
                ? entry.baseOffset() <= from && from < entry.endOffset()
                : entry.baseOffset() == end();
        if (!continues || !entry.isSealedFor(logId)) {
            return false;
        }
        bytes += value.length;
        if (bytes > mostBytes && !entries.isEmpty()) {
            return false;
        }
        entry.verify();
        entries.add(entry);
        return bytes < mostBytes;
    }

    List<StoredEntry> entries() {
        return entries;
    }

    /** Past the last of them. */
    long end() {
        return entries.get(entries.size() - 1).endOffset();
    }
}
