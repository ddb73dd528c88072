package dev.tandem.storage.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.CatalogRows;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.SyncedIndexFile;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.group.GroupRows;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.log.TailCache;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.LogHead;
import dev.tandem.storage.schema.StorageSchema;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Prints what a data directory holds; changes nothing. Payloads are never printed. */
public final class Inspection implements AutoCloseable {
    private static final int MAX_READ = 1 << 20;
    /** More coordinator partitions than a broker has. */
    private static final int GROUP_PARTITIONS = 64;

    private static final List<Class<? extends Definition>> KINDS = List.of(
            Definition.Topic.class,
            Definition.Vhost.class,
            Definition.Exchange.class,
            Definition.Queue.class,
            Definition.Binding.class,
            Definition.User.class,
            Definition.Config.class);

    private final Path dataDir;
    private final RocksStore store;
    private final LogTable logs;
    private final AckSets ackSets;
    private final Catalog catalog;
    private final LogNames names;

    private Inspection(Path dataDir, RocksStore store) {
        this.dataDir = dataDir;
        this.store = store;
        this.logs = new LogTable(store, SyncPolicy.OS, new TailCache(1));
        this.ackSets = new AckSets(store, true);
        this.catalog = CatalogRows.load(store);
        this.names = new LogNames(catalog);
    }

    /**
     * Opens a directory to read it.
     *
     * @throws dev.tandem.storage.StorageException.DirectoryRefused when it is none, a broker uses it, or a newer schema
     *     version wrote it
     */
    public static Inspection open(Path dataDir) {
        RocksStore store = RocksDirectory.openReadOnly(dataDir);
        try {
            return new Inspection(dataDir, store);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Prints state, logs, cursors, definitions and group partitions. */
    public void printSummary(PrintWriter out) {
        long applied = store.readU64(StorageSchema.APPLIED_INDEX, 0);
        out.println("directory\t" + dataDir);
        out.println("schema version\t" + store.schemaVersion());
        out.println("last commit\t" + applied);
        out.println("last synced commit noted\t" + SyncedIndexFile.readOnly(dataDir));
        out.println("stopped\t" + (store.readU64(StorageSchema.CLEAN_STOP, -1) == applied ? "cleanly" : "not cleanly"));
        out.println("leader epoch\t" + store.readU64(StorageSchema.LEADER_EPOCH, 0));
        out.println("bytes on disk\t" + RocksDirectory.sizeInBytes(dataDir));
        out.println();
        printLogs(out);
        out.println();
        printDefinitions(out);
        out.println();
        printGroups(out);
        out.flush();
    }

    private void printLogs(PrintWriter out) {
        out.println("log\tretention\tstart\tend\tbytes\tname");
        store.scan(ColumnFamily.LOGS, new byte[] {0}, endOfLogs(), (key, value) -> {
            if (!StorageSchema.isLogHead(key) || DeletionMark.isMark(value)) {
                return true;
            }
            LogState log = logs.get(StorageSchema.logIdOf(key));
            out.println(String.join(
                    "\t",
                    Long.toString(log.id()),
                    LogHead.decode(value).retention().name().toLowerCase(java.util.Locale.ROOT),
                    Long.toString(log.startOffset()),
                    Long.toString(log.writtenEnd()),
                    Long.toString(log.sizeInBytes()),
                    names.of(log.id())));
            return true;
        });
        out.println();
        out.println("log\tcursor\tacknowledged below\tand above\tunacknowledged");
        cursors().forEach((logId, cursorIds) -> cursorIds.forEach(cursorId -> printCursor(out, logId, cursorId)));
        out.println();
        out.println("segment of shared bodies\tlog\tfirst offset\tend");
        SharedBodies.load(store).segments().forEach((segment, referrers) -> printSegment(out, segment, referrers));
    }

    private static void printSegment(PrintWriter out, long segment, Map<Long, BodyRange> referrers) {
        new TreeMap<>(referrers)
                .forEach((logId, range) -> out.println(String.join(
                        "\t",
                        Long.toString(segment),
                        Long.toString(logId),
                        Long.toString(range.firstOffset()),
                        Long.toString(range.endOffset()))));
    }

    private void printCursor(PrintWriter out, long logId, int cursorId) {
        LogState log = logs.findOrOpen(logId);
        if (log == null) {
            out.println(logId + "\t" + cursorId + "\tthe log is gone");
            return;
        }
        AckSetView view = ackSets.of(log, cursorId).view();
        out.println(String.join(
                "\t",
                Long.toString(logId),
                Integer.toString(cursorId),
                Long.toString(view.floor()),
                Long.toString(view.cardinalityAboveFloor()),
                Long.toString(log.writtenEnd() - view.floor() - view.cardinalityAboveFloor())));
    }

    /** Ids of the cursors that have rows, by log. */
    private Map<Long, Set<Integer>> cursors() {
        var found = new LinkedHashMap<Long, Set<Integer>>();
        store.scan(ColumnFamily.CURSORS, new byte[] {0}, endOfLogs(), (key, value) -> {
            found.computeIfAbsent(StorageSchema.logIdOf(key), id -> new TreeSet<>())
                    .add(StorageSchema.cursorIdOf(key));
            return true;
        });
        return found;
    }

    private static byte[] endOfLogs() {
        return StorageSchema.logPrefix(Long.MAX_VALUE);
    }

    private void printDefinitions(PrintWriter out) {
        out.println("definitions");
        for (var kind : KINDS) {
            // A password hash is a secret too.
            catalog.all(kind)
                    .forEach(definition ->
                            out.println(definition instanceof Definition.User ? definition.key() : definition));
        }
    }

    private void printGroups(PrintWriter out) {
        out.println("coordinator partition\tnext offset\tkeys\tpending");
        var groups = new GroupRows(store);
        for (int number = 0; number < GROUP_PARTITIONS; number++) {
            var partition = groups.load(number);
            if (partition.nextOffset() > 0) {
                out.println(number + "\t" + partition.nextOffset() + "\t"
                        + partition.committed().size() + "\t"
                        + partition.pending().size());
            }
        }
    }

    /**
     * Prints the entries of a log, and the messages of those that queues wrote; checks them all.
     *
     * @param maxEntries how many at most
     * @return false when an entry is damaged; it is named in the output
     */
    public boolean printEntries(long logId, long fromOffset, int maxEntries, PrintWriter out) {
        LogState log = logs.findOrOpen(logId);
        if (log == null) {
            throw new NotFound("there is no log " + logId + " in " + dataDir);
        }
        out.println("log " + logId + ", " + names.of(logId));
        long next = Math.max(fromOffset, log.startOffset());
        int printed = 0;
        try {
            while (next < log.writtenEnd() && printed < maxEntries) {
                LogRead read = log.read(next, log.writtenEnd(), MAX_READ);
                for (StoredEntry entry : read.entries()) {
                    if (printed++ < maxEntries) {
                        printEntry(log, entry, out);
                    }
                }
                next = read.nextOffset();
            }
            return true;
        } catch (CorruptData e) {
            out.println("DAMAGED\t" + e.getMessage());
            return false;
        } finally {
            out.flush();
        }
    }

    private void printEntry(LogState log, StoredEntry entry, PrintWriter out) {
        var envelope = entry.envelope();
        out.println(String.join(
                "\t",
                "entry",
                entry.baseOffset() + ".." + (entry.endOffset() - 1),
                envelope.origin() == Origin.AMQP ? "amqp" : "kafka",
                entry.batches().length() + " bytes",
                "epoch " + entry.leaderEpoch(),
                Instant.ofEpochMilli(entry.maxTimestamp()).toString(),
                envelope.isTransient() ? "transient" : "durable",
                entry.recordCount() + " records"));
        if (envelope.origin() == Origin.AMQP) {
            for (int i = 0; i < entry.recordCount(); i++) {
                MessageView message = entry.message(i);
                out.println(String.join(
                        "\t",
                        "  message",
                        Long.toString(message.offset()),
                        "exchange '" + new String(message.exchange().toByteArray(), UTF_8) + "'",
                        "key '" + new String(message.routingKey().toByteArray(), UTF_8) + "'",
                        message.bodyLength() + " bytes" + sharedBodyOf(message)));
                checkSharedBody(log, message);
            }
        }
    }

    private static String sharedBodyOf(MessageView message) {
        BodyReference body = message.sharedBody();
        return body == null ? "" : ", shared body " + body.id();
    }

    /** The body of a message that is acknowledged may be gone; any other must be there. */
    private void checkSharedBody(LogState log, MessageView message) {
        if (message.sharedBody() != null && !ackSets.of(log, 0).view().contains(message.offset())) {
            log.readMessages(message.offset(), message.offset() + 1, 1);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
