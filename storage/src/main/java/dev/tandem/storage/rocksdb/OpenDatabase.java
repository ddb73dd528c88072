package dev.tandem.storage.rocksdb;

import dev.tandem.storage.schema.ColumnFamily;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.Statistics;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** An open RocksDB with everything native that ends with it. Guarded by the lock of the {@link RocksStore} that has it. */
final class OpenDatabase {
    private final RocksDB rocks;
    private final Statistics statistics;
    private final Map<ColumnFamily, ColumnFamilyHandle> handles;
    /** Options and caches, closed after the database in this order. */
    private final List<RocksObject> resources;

    private final WriteOptions writeOptions = new WriteOptions();
    private final WriteOptions unloggedWrites = new WriteOptions().setDisableWAL(true);
    private final CompactRangeOptions compaction = new CompactRangeOptions().setExclusiveManualCompaction(false);

    private final CompactRangeOptions wholeCompaction = new CompactRangeOptions()
            .setExclusiveManualCompaction(false)
            .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce);
    private final LargeWrites largeWrites;

    OpenDatabase(
            RocksDB rocks,
            Map<ColumnFamily, ColumnFamilyHandle> handles,
            Statistics statistics,
            List<RocksObject> resources) {
        this.rocks = rocks;
        this.statistics = statistics;
        this.handles = new EnumMap<>(handles);
        this.resources = List.copyOf(resources);
        this.largeWrites = new LargeWrites(this);
    }

    RocksDB rocks() {
        return rocks;
    }

    Statistics statistics() {
        return statistics;
    }

    void write(RowBatch rows) throws RocksDBException {
        if (rows.large().isEmpty()) {
            try (var batch = new WriteBatch(rows.serialised())) {
                rocks.write(writeOptions, batch);
            }
        } else {
            largeWrites.write(rows);
        }
    }

    WriteOptions writeOptions() {
        return writeOptions;
    }

    WriteOptions unloggedWrites() {
        return unloggedWrites;
    }

    /** Cancelled by {@link RocksStore#cancelCompactions}. */
    CompactRangeOptions compaction() {
        return compaction;
    }

    /** Rewrites what lies in the last level too. */
    CompactRangeOptions wholeCompaction() {
        return wholeCompaction;
    }

    /** Not every family is open when a directory of an older schema version is only read: what it lacks is empty. */
    boolean has(ColumnFamily family) {
        return handles.containsKey(family);
    }

    ColumnFamilyHandle handle(ColumnFamily family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("column family " + family + " is not open");
        }
        return handle;
    }

    List<ColumnFamilyHandle> handles() {
        return List.copyOf(handles.values());
    }

    /** Closes the database and all that belongs to it, whatever fails. */
    void close() throws RocksDBException {
        largeWrites.close();
        writeOptions.close();
        unloggedWrites.close();
        wholeCompaction.close();
        compaction.close();
        handles.values().forEach(ColumnFamilyHandle::close);
        try {
            rocks.closeE();
        } finally {
            resources.forEach(RocksObject::close);
        }
    }
}
