package dev.tandem.storage.rocksdb;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open RocksDB in terms of plain bytes. Safe for use from any thread; {@link #write} is for the commit thread alone.
 *
 * <p>Native objects used after close crash the JVM, so every call runs under the shared side of a lock whose exclusive
 * side {@link #close} and {@link #reopen} take.
 */
public final class RocksStore implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RocksStore.class);
    /** A block of any file system. */
    private static final int PROBE_BYTES = 64 << 10;

    /** Sees one row of a scan; returns false to end it. */
    @FunctionalInterface
    public interface RowVisitor {
        boolean visit(byte[] key, byte[] value);
    }

    /** Opens the database that was closed, without compactions of some families. */
    @FunctionalInterface
    interface Reopening {
        OpenDatabase open(Set<ColumnFamily> uncompacted);
    }

    private final Path path;
    private final Reopening reopening;
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    /** Null once closed, or while it cannot be opened again. */
    private @Nullable OpenDatabase open;

    private boolean closed;
    private volatile int openings = 1;
    private final DamagedFamilies damaged = new DamagedFamilies();
    private volatile boolean compacts;
    private volatile DiskFaults faults = DiskFaults.NONE;

    RocksStore(Path path, OpenDatabase open, Reopening reopening) {
        this.path = path;
        this.open = open;
        this.reopening = reopening;
    }

    /** Makes the disk fail as told, for tests. */
    void setFaults(DiskFaults newFaults) {
        faults = newFaults;
    }

    /**
     * Tells a listener, on whatever thread meets it, that background work of RocksDB met damaged data. RocksDB takes no
     * writes then; {@link #reopen} mends that, and what is damaged is not compacted any more.
     *
     * @param listener hears a sentence that names the file, once for each family of rows
     */
    public void onDamage(Consumer<String> listener) {
        damaged.onDamage(listener);
    }

    /**
     * Lets RocksDB compact files when it sees fit. Before, it does not: met by a start, damage would end that.
     */
    public void startCompactions() {
        compacts = true;
        run("start compactions", database -> {
            var handles = EnumSet.complementOf(EnumSet.copyOf(damaged.families())).stream()
                    .map(database::handle)
                    .toList();
            database.rocks().enableAutoCompaction(handles);
            return true;
        });
    }

    /** Writes a batch to WAL and memtable, without syncing. */
    public void write(RowBatch rows) {
        change("write", database -> {
            faults.beforeWrite();
            database.write(rows);
            faults.afterWrite();
            return true;
        });
    }

    /**
     * Writes a serialised batch to the memtable alone: it survives nothing until {@link #flush}. Its families must hold
     * nothing that recovery or another family depends on.
     */
    public void writeUnlogged(byte[] serialisedBatch) {
        change("write without log", database -> {
            faults.beforeWrite();
            try (var batch = new WriteBatch(serialisedBatch)) {
                database.rocks().write(database.unloggedWrites(), batch);
            }
            return true;
        });
    }

    /** Syncs the WAL: everything written before survives power loss. Never blocks writers. */
    public void syncWal() {
        run("sync the write-ahead log", database -> {
            faults.beforeSync();
            database.rocks().syncWal();
            return true;
        });
    }

    /** A row's value, null when there is none. */
    public byte @Nullable [] get(ColumnFamily family, byte[] key) {
        return run("read", database -> get(database, family, key));
    }

    private byte @Nullable [] get(OpenDatabase database, ColumnFamily family, byte[] key) throws RocksDBException {
        faults.beforeRead();
        return database.has(family) ? database.rocks().get(database.handle(family), key) : null;
    }

    /** The schema version of the directory; that of the code for a directory without rows. */
    public int schemaVersion() {
        byte[] value = get(ColumnFamily.META, StorageSchema.SCHEMA_VERSION);
        return value == null ? StorageSchema.VERSION : StorageSchema.readU32(value);
    }

    /** The values of several rows, in the order of their keys; null where there is none. */
    public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return run("read", database -> {
            faults.beforeRead();
            var handles = Collections.nCopies(keys.size(), database.handle(family));
            return database.rocks().multiGetAsList(handles, keys);
        });
    }

    /** A number of the meta family. */
    public long readU64(byte[] name, long absent) {
        byte[] value = get(ColumnFamily.META, name);
        return value == null ? absent : StorageSchema.readU64(value);
    }

    /** Visits the rows from {@code from} (inclusive) to {@code to} (exclusive) in key order. */
    public void scan(ColumnFamily family, byte[] from, byte[] to, RowVisitor visitor) {
        run("scan", database -> {
            faults.beforeRead();
            if (!database.has(family)) {
                return true;
            }
            try (var lower = new Slice(from);
                    var upper = new Slice(to);
                    var options = new ReadOptions()
                            .setIterateLowerBound(lower)
                            .setIterateUpperBound(upper)
                            .setReadaheadSize(256 << 10);
                    var iterator = database.rocks().newIterator(database.handle(family), options)) {
                iterator.seek(from);
                visitAll(iterator, visitor);
            }
            return true;
        });
    }

    /**
     * Visits rows in key order from the last one at or before {@code seek}, or the first one after it where there is
     * none, within {@code from} (inclusive) and {@code to} (exclusive).
     *
     * <p>Looking backwards may read a block of rows below {@code from}, and meet damage there that {@link #scan} does not.
     */
    public void scanFromFloor(ColumnFamily family, byte[] from, byte[] seek, byte[] to, RowVisitor visitor) {
        scanFromFloor(family, from, seek, to, true, visitor);
    }

    /**
     * As {@link #scanFromFloor}, but RocksDB checks nothing that it reads: for rows that prove by themselves what they are,
     * in the hands of a caller who notices when one is missing. Nothing of it is kept for other readers.
     */
    public void scanUncheckedFromFloor(ColumnFamily family, byte[] from, byte[] seek, byte[] to, RowVisitor visitor) {
        scanFromFloor(family, from, seek, to, false, visitor);
    }

    private void scanFromFloor(
            ColumnFamily family, byte[] from, byte[] seek, byte[] to, boolean checked, RowVisitor visitor) {
        run("scan", database -> {
            faults.beforeRead();
            if (!database.has(family)) {
                return true;
            }
            try (var lower = new Slice(from);
                    var upper = new Slice(to);
                    var options = new ReadOptions()
                            .setIterateLowerBound(lower)
                            .setIterateUpperBound(upper)
                            .setVerifyChecksums(checked)
                            .setFillCache(checked);
                    var iterator = database.rocks().newIterator(database.handle(family), options)) {
                iterator.seek(seek);
                // Who reads on asks for a row that is there, and turning around would read its value twice.
                if (!iterator.isValid() || !Arrays.equals(iterator.key(), seek)) {
                    iterator.seekForPrev(seek);
                }
                if (!iterator.isValid()) {
                    iterator.status();
                    iterator.seek(from);
                }
                visitAll(iterator, visitor);
            }
            return true;
        });
    }

    private static void visitAll(RocksIterator iterator, RowVisitor visitor) throws RocksDBException {
        while (iterator.isValid() && visitor.visit(iterator.key(), iterator.value())) {
            iterator.next();
        }
        iterator.status();
    }

    /** Writes all memtables to files; the write-ahead log they stand in is deleted. */
    public void flushAll() {
        change("flush", database -> {
            try (var options = new FlushOptions().setWaitForFlush(true)) {
                database.rocks().flush(options, database.handles());
            }
            return true;
        });
    }

    /** Writes a family's memtable to a file. */
    public void flush(ColumnFamily family) {
        change("flush " + family.storedName(), database -> {
            faults.beforeWrite();
            try (var options = new FlushOptions().setWaitForFlush(true)) {
                database.rocks().flush(options, database.handle(family));
            }
            return true;
        });
    }

    /** Rewrites a family's files without what is deleted, unless one of them is known to be damaged. */
    public void compactAll(ColumnFamily family) {
        if (damaged.has(family)) {
            return;
        }
        change("compact " + family.storedName(), database -> {
            database.rocks().compactRange(database.handle(family), null, null, database.wholeCompaction());
            return true;
        });
    }

    /** True when a family has neither files nor unwritten rows. */
    public boolean isEmpty(ColumnFamily family) {
        return run("read properties", database -> {
            ColumnFamilyHandle handle = database.handle(family);
            return database.rocks().getLongProperty(handle, "rocksdb.total-sst-files-size") == 0
                    && database.rocks().getLongProperty(handle, "rocksdb.total-blob-file-size") == 0
                    && database.rocks().getLongProperty(handle, "rocksdb.num-entries-active-mem-table") == 0;
        });
    }

    /** Deletes all rows of a family whose keys begin with a log id, and its files, without the write-ahead log. */
    public void empty(ColumnFamily family) {
        deleteUnlogged(family, StorageSchema.logPrefix(0), StorageSchema.logPrefix(Long.MAX_VALUE));
        flush(family);
        compactAll(family);
    }

    /**
     * Deletes files that hold nothing but keys from {@code from} (inclusive) to {@code to} (exclusive), all of which must be
     * deleted already. Files of the youngest level stay.
     *
     * @return false when there are blobs: these are freed by the compaction that sees their references go, so no file was
     *     deleted
     */
    public boolean deleteFiles(ColumnFamily family, byte[] from, byte[] to) {
        return run("delete files", database -> {
            ColumnFamilyHandle handle = database.handle(family);
            boolean hasBlobs = database.rocks().getLongProperty(handle, "rocksdb.num-blob-files") > 0;
            if (!hasBlobs) {
                database.rocks().deleteFilesInRanges(handle, List.of(from, to), false);
            }
            return !hasBlobs;
        });
    }

    /** Deletes a range of rows in the memtable alone, as {@link #writeUnlogged} does. */
    public void deleteUnlogged(ColumnFamily family, byte[] from, byte[] to) {
        var deletion = new BatchBuilder(64);
        deletion.deleteRange(family, from, to);
        writeUnlogged(deletion.finish());
    }

    /**
     * Rewrites the files that hold keys of a range, without what is deleted, and the live blobs of the oldest blob files,
     * unless a file of the family is known to be damaged; until {@link #cancelCompactions}.
     */
    public void compact(ColumnFamily family, byte[] from, byte[] to) {
        if (damaged.has(family)) {
            return;
        }
        change("compact", database -> {
            database.rocks().compactRange(database.handle(family), from, to, database.compaction());
            return true;
        });
    }

    /** As {@link #compact}, but leaves live blobs where they are. One caller at a time. */
    public void compactKeys(ColumnFamily family, byte[] from, byte[] to) {
        if (damaged.has(family)) {
            return;
        }
        change("compact", database -> {
            ColumnFamilyHandle handle = database.handle(family);
            database.rocks().setOptions(handle, blobCollection(false));
            try {
                database.rocks().compactRange(handle, from, to, database.compaction());
            } finally {
                database.rocks().setOptions(handle, blobCollection(true));
            }
            return true;
        });
    }

    private static MutableColumnFamilyOptions blobCollection(boolean enabled) {
        return MutableColumnFamilyOptions.builder()
                .setEnableBlobGarbageCollection(enabled)
                .build();
    }

    /** Makes {@link #compact} return early, from now on. */
    public void cancelCompactions() {
        run("cancel compactions", database -> database.compaction().setCanceled(true) != null);
    }

    /** Writes a consistent copy of the database, as far as possible by links to its files. */
    public void checkpoint(Path target) {
        run("write a checkpoint", database -> {
            try (var checkpoint = Checkpoint.create(database.rocks())) {
                checkpoint.createCheckpoint(target.toString());
            }
            return true;
        });
    }

    /** One of RocksDB's numeric properties, summed over the families. */
    public long property(String name) {
        return run("read a property", database -> database.rocks().getAggregatedLongProperty(name));
    }

    /** What RocksDB tells of itself; nothing while the database is closed, as during a recovery. */
    public StorageMetrics.Database metrics() {
        closing.readLock().lock();
        try {
            return open == null
                    ? StorageMetrics.Database.NONE
                    : DatabaseMetrics.read(open.rocks(), open.statistics(), path);
        } catch (RocksDBException e) {
            throw failure("cannot read properties: " + e.getMessage(), e);
        } finally {
            closing.readLock().unlock();
        }
    }

    /** Where RocksDB keeps its files. */
    public Path path() {
        return path;
    }

    /**
     * Writes, syncs and deletes a small file beside the database: whether the disk takes writes.
     *
     * @throws StorageFailure when it does not
     */
    public void probe() {
        Path file = path.resolveSibling("probe");
        try {
            faults.beforeProbe();
            try (var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(ByteBuffer.allocate(PROBE_BYTES));
                channel.force(true);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new StorageFailure("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Closes the database and opens it again in place: what a failed write or sync left behind is recovered from the
     * write-ahead log as after a crash. Calls under way end first, others wait meanwhile. When it cannot be opened, calls
     * fail until a later attempt succeeds.
     */
    public void reopen() {
        if (isOpen()) {
            cancelCompactions();
        }
        closing.writeLock().lock();
        try {
            if (closed) {
                throw new StorageFailure("cannot open the database again: the storage engine is closed");
            }
            OpenDatabase broken = open;
            open = null;
            if (broken != null) {
                closeBroken(broken);
            }
            faults.beforeReopen();
            open = reopening.open(compacts ? damaged.families() : EnumSet.allOf(ColumnFamily.class));
            openings++;
        } catch (IOException e) {
            throw new StorageFailure("cannot open the database again: " + e.getMessage(), e);
        } finally {
            closing.writeLock().unlock();
        }
    }

    /** How often the database was opened: what was not in the log or in a file before the last time is gone. */
    public int openings() {
        return openings;
    }

    private boolean isOpen() {
        closing.readLock().lock();
        try {
            return open != null;
        } finally {
            closing.readLock().unlock();
        }
    }

    private static void closeBroken(OpenDatabase broken) {
        try {
            broken.close();
        } catch (RocksDBException e) {
            // It is closed all the same; that it had failed is why it is opened again.
            LOGGER.debug("closing the database reported {}", e.getMessage());
        }
    }

    /** Waits for calls under way, then closes the database. Idempotent. */
    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            closed = true;
            OpenDatabase closable = open;
            open = null;
            if (closable != null) {
                closable.close();
            }
        } catch (RocksDBException e) {
            throw new StorageFailure("cannot close the database: " + e.getMessage(), e);
        } finally {
            closing.writeLock().unlock();
        }
    }

    /** As {@link #run}, for what RocksDB refuses once its background work has met damage, or meets it with. */
    private void change(String what, RocksCall<Boolean> call) {
        run(what, database -> {
            try {
                return call.run(database);
            } catch (RocksDBException e) {
                if (isCorruption(e)) {
                    damaged.note(database, String.valueOf(e.getMessage()));
                }
                throw e;
            }
        });
    }

    @SuppressWarnings("NullAway") // null exactly where the call's type allows it
    private <T extends @Nullable Object> T run(String what, RocksCall<T> call) {
        closing.readLock().lock();
        try {
            OpenDatabase database = open;
            if (database == null) {
                throw new StorageFailure("cannot " + what + ": "
                        + (closed ? "the storage engine is closed" : "the database could not be opened again yet"));
            }
            return call.run(database);
        } catch (RocksDBException e) {
            throw failure("cannot " + what + ": " + e.getMessage(), e);
        } finally {
            closing.readLock().unlock();
        }
    }

    /** RocksDB's message names the file, and the offset in it, of a block whose checksum is wrong. */
    private static StorageException failure(String message, RocksDBException e) {
        return isCorruption(e) ? new CorruptData(message) : new StorageFailure(message, e);
    }

    private static boolean isCorruption(RocksDBException e) {
        Status status = e.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption;
    }

    @FunctionalInterface
    private interface RocksCall<T extends @Nullable Object> {
        @Nullable
        T run(OpenDatabase database) throws RocksDBException;
    }
}
