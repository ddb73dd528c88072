package dev.tandem.storage.log;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.body.BodyReader;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads entries of logs: from the tail cache, else from RocksDB, whose entries are checked before they are served. */
final class LogReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogReader.class);
    /** Damages that are told apart in the log. */
    private static final int MAX_REPORTED = 1_000;
    /** No read from RocksDB takes more, but for a single larger entry: its thread serves others too. */
    private static final int MAX_READ_BYTES = 1 << 20;

    private final RocksStore store;
    private final TailCache cache;
    private final BodyReader bodies;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    LogReader(RocksStore store, TailCache cache) {
        this.store = store;
        this.cache = cache;
        this.bodies = new BodyReader(store);
    }

    Optional<LogRead> readCached(LogState log, long offset, long endOffset, int maxBytes) {
        // What is trimmed may be cached still.
        long from = Math.max(offset, log.startOffset());
        long end = Math.min(endOffset, log.writtenEnd());
        if (from >= end) {
            return Optional.of(new LogRead(List.of(), from));
        }
        Optional<LogRead> read = log.tail().read(from, end, maxBytes);
        if (read.isPresent()) {
            cache.countHit();
        }
        return read;
    }

    LogRead read(LogState log, long offset, long endOffset, int maxBytes) {
        Optional<LogRead> cached = readCached(log, offset, endOffset, maxBytes);
        if (cached.isPresent()) {
            return cached.get();
        }
        cache.countMiss();
        int most = Math.min(maxBytes, MAX_READ_BYTES);
        long end = Math.min(endOffset, log.writtenEnd());
        // Never seek below the start: trimmed ranges are full of tombstones. The start's entry may begin before it.
        long from = Math.max(offset, log.startOffset());
        byte[] to = StorageSchema.recordKey(log.id(), Math.max(end, 0));
        var sealed = new SealedEntries(log.id(), from, most);
        if (sealed.read(store, StorageSchema.recordKey(log.id(), log.startEntry()), to)) {
            return new LogRead(sealed.entries(), sealed.end());
        }
        var entries = new ArrayList<StoredEntry>();
        try {
            store.scanFromFloor(
                    ColumnFamily.RECORDS,
                    StorageSchema.recordKey(log.id(), log.startEntry()),
                    StorageSchema.recordKey(log.id(), from),
                    to,
                    collect(entries, from, most));
        } catch (CorruptData e) {
            if (entries.isEmpty()) {
                readForwards(log, from, to, most, entries);
            } else {
                // What lies before the damage is sound; whoever reads on from there meets it.
                report(log, from, e);
            }
        }
        long next = entries.isEmpty() ? end : entries.get(entries.size() - 1).endOffset();
        return new LogRead(entries, next);
    }

    /** Looking backwards for an entry comes by what lies before it, or before the log; reading on may meet nothing. */
    private void readForwards(LogState log, long from, byte[] to, int most, List<StoredEntry> entries) {
        try {
            scan(log, from, to, collect(entries, from, most));
        } catch (CorruptData e) {
            LOGGER.debug("no sound entry of log {} begins at offset {}", log.id(), from, e);
        }
        if (!entries.isEmpty() && entries.get(0).baseOffset() == from) {
            return;
        }
        // One that begins earlier may reach here.
        entries.clear();
        long first = log.startEntry();
        for (Segment segment : log.segments()) {
            first = segment.firstOffset() <= from ? Math.max(first, segment.firstOffset()) : first;
        }
        try {
            scan(log, first, to, collect(entries, from, most));
        } catch (CorruptData e) {
            CorruptData named = report(log, from, e);
            if (entries.isEmpty()) {
                throw named;
            }
        }
    }

    private void scan(LogState log, long from, byte[] to, RocksStore.RowVisitor visitor) {
        store.scan(ColumnFamily.RECORDS, StorageSchema.recordKey(log.id(), from), to, visitor);
    }

    /** Takes entries that reach behind an offset, about so many bytes of them and one at least. */
    private static RocksStore.RowVisitor collect(List<StoredEntry> entries, long from, int most) {
        var bytes = new long[1];
        return (key, value) -> {
            StoredEntry entry = decode(key, value);
            if (entry.endOffset() <= from) {
                return true;
            }
            bytes[0] += value.length;
            if (bytes[0] > most && !entries.isEmpty()) {
                return false;
            }
            entries.add(entry);
            return bytes[0] < most;
        };
    }

    LogRead readMessages(LogState log, long offset, long endOffset, int maxBytes) {
        LogRead read = read(log, offset, endOffset, maxBytes);
        while (read.entries().stream().anyMatch(LogReader::lacksBodies)) {
            try {
                return withBodies(log, read, offset, maxBytes);
            } catch (CorruptData e) {
                // Between the two reads the record may have got a copy of its body, and the segment may have gone.
                LogRead again = read(log, offset, endOffset, maxBytes);
                if (again.entries().isEmpty() || isSame(again, read)) {
                    throw report(log, offset, e);
                }
                read = again;
            }
        }
        return read;
    }

    /** Whether two reads begin with the same bytes. */
    private static boolean isSame(LogRead one, LogRead other) {
        return one.entries().get(0).value().equals(other.entries().get(0).value());
    }

    private LogRead withBodies(LogState log, LogRead read, long offset, int maxBytes) {
        var entries = new ArrayList<StoredEntry>();
        long bytes = 0;
        for (StoredEntry entry : read.entries()) {
            boolean lacksBodies = lacksBodies(entry);
            bytes += entry.value().length() + (lacksBodies ? BodyReader.bytesFrom(entry, offset) : 0);
            if (bytes > maxBytes && !entries.isEmpty()) {
                break;
            }
            // The first may hold more than fits: what a rewrite leaves of many entries does.
            entries.add(lacksBodies ? bodies.readFrom(entry, offset, maxBytes) : entry);
        }
        return new LogRead(entries, entries.get(entries.size() - 1).endOffset());
    }

    /** Entries from the tail cache have their bodies with them. */
    private static boolean lacksBodies(StoredEntry entry) {
        return entry.envelope().sharesBodies() && !entry.hasSharedBodies();
    }

    private static StoredEntry decode(byte[] key, byte[] value) {
        var entry = new StoredEntry(StorageSchema.baseOffsetOf(key), Slice.of(value));
        entry.verify();
        return entry;
    }

    /** Names the log, and logs each damage once: readers may come back to it for ever. */
    private CorruptData report(LogState log, long offset, CorruptData e) {
        String message = "records of log " + log.id() + ", read from offset " + offset + ": " + e.getMessage();
        if (reported.size() < MAX_REPORTED && reported.add(log.id() + ": " + e.getMessage())) {
            LOGGER.error("damaged data is not served: {}", message);
        }
        return new CorruptData(message);
    }
}
