package dev.tandem.storage.rocksdb;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB in terms of plain bytes. Safe for use from any thread; {@link #write} is for the commit thread alone.
 *
 * <p>Native objects used after close crash the JVM, so every call runs under the shared side of a lock whose exclusive
 * side {@link #close} takes.
 */
public final class RocksStore implements AutoCloseable {
    /** Sees one row of a scan; returns false to end it. */
    @FunctionalInterface
    public interface RowVisitor {
        boolean visit(byte[] key, byte[] value);
    }

    private final RocksDB database;
    private final Map<ColumnFamily, ColumnFamilyHandle> handles;
    /** Options and caches, closed after the database in this order. */
    private final List<RocksObject> resources;

    private final WriteOptions writeOptions = new WriteOptions().setMemtableInsertHintPerBatch(true);
    private final CompactRangeOptions compaction = new CompactRangeOptions().setExclusiveManualCompaction(false);
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    private boolean closed;

    RocksStore(RocksDB database, Map<ColumnFamily, ColumnFamilyHandle> handles, List<RocksObject> resources) {
        this.database = database;
        this.handles = new EnumMap<>(handles);
        this.resources = List.copyOf(resources);
    }

    /** Writes a serialised batch to WAL and memtable, without syncing. */
    public void write(byte[] serialisedBatch) {
        run("write", () -> {
            try (var batch = new WriteBatch(serialisedBatch)) {
                database.write(writeOptions, batch);
            }
            return true;
        });
    }

    /** Syncs the WAL: everything written before survives power loss. Never blocks writers. */
    public void syncWal() {
        run("sync the write-ahead log", () -> {
            database.syncWal();
            return true;
        });
    }

    /** A row's value, null when there is none. */
    public byte @Nullable [] get(ColumnFamily family, byte[] key) {
        return isOpen(family) ? run("read", () -> database.get(handle(family), key)) : null;
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
        return run(
                "read",
                () -> database.multiGetAsList(java.util.Collections.nCopies(keys.size(), handle(family)), keys));
    }

    /** A number of the meta family. */
    public long readU64(byte[] name, long absent) {
        byte[] value = get(ColumnFamily.META, name);
        return value == null ? absent : StorageSchema.readU64(value);
    }

    /** Visits the rows from {@code from} (inclusive) to {@code to} (exclusive) in key order. */
    public void scan(ColumnFamily family, byte[] from, byte[] to, RowVisitor visitor) {
        run("scan", () -> {
            if (!isOpen(family)) {
                return true;
            }
            try (var lower = new Slice(from);
                    var upper = new Slice(to);
                    var options = new ReadOptions()
                            .setIterateLowerBound(lower)
                            .setIterateUpperBound(upper)
                            .setReadaheadSize(256 << 10);
                    var iterator = database.newIterator(handle(family), options)) {
                iterator.seek(from);
                visitAll(iterator, visitor);
            }
            return true;
        });
    }

    /**
     * Visits rows in key order from the last one at or before {@code seek}, or the first one after it where there is
     * none, within {@code from} (inclusive) and {@code to} (exclusive).
     */
    public void scanFromFloor(ColumnFamily family, byte[] from, byte[] seek, byte[] to, RowVisitor visitor) {
        run("scan", () -> {
            if (!isOpen(family)) {
                return true;
            }
            try (var lower = new Slice(from);
                    var upper = new Slice(to);
                    var options = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
                    var iterator = database.newIterator(handle(family), options)) {
                iterator.seekForPrev(seek);
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
        run("flush", () -> {
            try (var options = new FlushOptions().setWaitForFlush(true)) {
                database.flush(options, List.copyOf(handles.values()));
            }
            return true;
        });
    }

    /**
     * Deletes files that hold nothing but keys from {@code from} (inclusive) to {@code to} (exclusive), all of which must be
     * deleted already. Files of the youngest level stay, and all files while there are blobs: those are freed by the
     * compaction that sees their references go.
     */
    public void deleteFiles(ColumnFamily family, byte[] from, byte[] to) {
        run("delete files", () -> {
            if (database.getLongProperty(handle(family), "rocksdb.num-blob-files") == 0) {
                database.deleteFilesInRanges(handle(family), List.of(from, to), false);
            }
            return true;
        });
    }

    /** Rewrites the files that hold keys of a range, without what is deleted; until {@link #cancelCompactions}. */
    public void compact(ColumnFamily family, byte[] from, byte[] to) {
        run("compact", () -> {
            database.compactRange(handle(family), from, to, compaction);
            return true;
        });
    }

    /** Makes {@link #compact} return early, from now on. */
    public void cancelCompactions() {
        run("cancel compactions", () -> compaction.setCanceled(true) != null);
    }

    /** Writes a consistent copy of the database, as far as possible by links to its files. */
    public void checkpoint(Path target) {
        run("write a checkpoint", () -> {
            try (var checkpoint = Checkpoint.create(database)) {
                checkpoint.createCheckpoint(target.toString());
            }
            return true;
        });
    }

    /** One of RocksDB's numeric properties, summed over the families. */
    public long property(String name) {
        return run("read a property", () -> database.getAggregatedLongProperty(name));
    }

    /** Waits for calls under way, then closes the database. Idempotent. */
    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            writeOptions.close();
            compaction.close();
            handles.values().forEach(ColumnFamilyHandle::close);
            try {
                database.closeE();
            } catch (RocksDBException e) {
                throw new StorageFailure("cannot close the database: " + e.getMessage(), e);
            } finally {
                resources.forEach(RocksObject::close);
            }
        } finally {
            closing.writeLock().unlock();
        }
    }

    /** Not every family is, when a directory of an older schema version is only read: what it lacks is empty. */
    private boolean isOpen(ColumnFamily family) {
        return handles.containsKey(family);
    }

    private ColumnFamilyHandle handle(ColumnFamily family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("column family " + family + " is not open");
        }
        return handle;
    }

    private <T extends @Nullable Object> T run(String what, RocksCall<T> call) {
        closing.readLock().lock();
        try {
            if (closed) {
                throw new StorageFailure("cannot " + what + ": the storage engine is closed");
            }
            return call.run();
        } catch (RocksDBException e) {
            throw new StorageFailure("cannot " + what + ": " + e.getMessage(), e);
        } finally {
            closing.readLock().unlock();
        }
    }

    @FunctionalInterface
    private interface RocksCall<T extends @Nullable Object> {
        T run() throws RocksDBException;
    }
}
