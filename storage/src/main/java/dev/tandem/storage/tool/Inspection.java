package dev.tandem.storage.tool;

import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.catalog.DefinitionCodec;
import dev.tandem.storage.catalog.DefinitionKeyCodec;
import dev.tandem.storage.catalog.MemoryCatalog;
import dev.tandem.storage.commit.SyncedIndexFile;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.log.TailCache;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * Prints what a data directory holds; changes nothing. Payloads are never printed. What is damaged is named, in lines that
 * begin with {@code DAMAGED}, and skipped.
 */
public final class Inspection implements AutoCloseable {
    private final Path dataDir;
    private final RocksStore store;
    private final LogTable logs;
    private final AckSets ackSets;

    private Inspection(Path dataDir, RocksStore store) {
        this.dataDir = dataDir;
        this.store = store;
        this.logs = new LogTable(store, SyncPolicy.OS, new TailCache(1));
        this.ackSets = new AckSets(store, true);
    }

    /**
     * Opens a directory to read it.
     *
     * @throws dev.tandem.storage.StorageException.DirectoryRefused when it is none, a broker uses it, or a newer schema
     *     version wrote it
     */
    public static Inspection open(Path dataDir) {
        return new Inspection(dataDir, RocksDirectory.openReadOnly(dataDir));
    }

    /**
     * Prints state, logs, cursors, definitions and group partitions.
     *
     * @return false when some of it is damaged
     */
    public boolean printSummary(PrintWriter out) {
        var lines = new Lines(out);
        long applied = store.readU64(StorageSchema.APPLIED_INDEX, 0);
        lines.print("directory", dataDir);
        lines.print("schema version", store.schemaVersion());
        lines.print("last commit", applied);
        lines.print("last synced commit noted", SyncedIndexFile.readOnly(dataDir));
        lines.print("stopped", store.readU64(StorageSchema.CLEAN_STOP, -1) == applied ? "cleanly" : "not cleanly");
        lines.print("leader epoch", store.readU64(StorageSchema.LEADER_EPOCH, 0));
        lines.print("bytes on disk", RocksDirectory.sizeInBytes(dataDir));
        lines.print();
        var catalog = catalog(lines);
        listing(catalog, lines).print();
        new StateListing(store, catalog, lines).print();
        lines.flush();
        return lines.isSound();
    }

    /**
     * Prints a log's directory, its cursors and its entries with their batches, records and messages; checks them all.
     *
     * @param fromOffset where the entries begin
     * @param maxEntries how many of them at most
     * @return false when something is damaged
     */
    public boolean printEntries(long logId, long fromOffset, int maxEntries, PrintWriter out) {
        var lines = new Lines(out);
        var catalog = catalog(lines);
        LogState log = find(logId);
        lines.print("log " + logId + ", " + new LogNames(catalog).of(logId));
        listing(catalog, lines).print(log);
        lines.print();
        var printer = new EntryPrinter(log, acknowledged(log, lines), lines);
        var left = new int[] {maxEntries};
        if (maxEntries > 0) {
            new LogScan(store, log, lines).run(fromOffset, entry -> {
                printer.print(entry);
                return --left[0] > 0;
            });
        }
        lines.flush();
        return lines.isSound();
    }

    /**
     * Reads every entry of every log, and prints how many there are and which are damaged.
     *
     * @return false when one is
     */
    public boolean check(PrintWriter out) {
        var lines = new Lines(out);
        var catalog = catalog(lines);
        var names = new LogNames(catalog);
        lines.print("log", "entries", "offsets", "damages", "name");
        for (long id : listing(catalog, lines).ids()) {
            int before = lines.damages();
            var counts = new long[2];
            try {
                new LogScan(store, logs.get(id), lines).run(0, entry -> {
                    counts[0]++;
                    counts[1] += entry.envelope().offsetCount();
                    return true;
                });
            } catch (CorruptData e) {
                lines.damage("log " + id + ": " + e.getMessage());
            }
            lines.print(id, counts[0], counts[1], lines.damages() - before, names.of(id));
        }
        lines.flush();
        return lines.isSound();
    }

    private LogState find(long logId) {
        LogState log = logs.findOrOpen(logId);
        if (log == null) {
            throw new NotFound("there is no log " + logId + " in " + dataDir);
        }
        return log;
    }

    private LogListing listing(MemoryCatalog catalog, Lines lines) {
        return new LogListing(store, logs, ackSets, new LogNames(catalog), lines);
    }

    /** What the queue of the log has acknowledged; nothing when that cannot be read. */
    private AckSetView acknowledged(LogState log, Lines lines) {
        try {
            return ackSets.of(log, 0).view();
        } catch (CorruptData e) {
            lines.damage("cursor 0 of log " + log.id() + ": " + e.getMessage());
            return new AckSet().view();
        }
    }

    private MemoryCatalog catalog(Lines lines) {
        var catalog = new MemoryCatalog(store.readU64(StorageSchema.CATALOG_REVISION, 0));
        store.scan(ColumnFamily.CATALOG, new byte[] {0}, new byte[] {(byte) 0xFF}, (key, value) -> {
            try {
                var definitionKey = DefinitionKeyCodec.decodeKey(Slice.of(key));
                catalog.put(definitionKey, DefinitionCodec.decode(definitionKey.kind(), Slice.of(value)));
            } catch (CorruptData e) {
                lines.damage(String.valueOf(e.getMessage()));
            }
            return true;
        });
        return catalog;
    }

    @Override
    public void close() {
        store.close();
    }
}
