package dev.tandem.storage.commit;

import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;

/** The first group of every start, and of every recovery: schema version, and a leader epoch never used before. */
public final class StartGroup {
    private StartGroup() {}

    /** Writes and syncs it under an index; returns the epoch, which tells this start's batches from older ones. */
    public static int write(RocksStore store, long index) {
        int epoch = (int) store.readU64(StorageSchema.LEADER_EPOCH, -1) + 1;
        var rows = new BatchBuilder(256);
        rows.put(ColumnFamily.META, StorageSchema.SCHEMA_VERSION, StorageSchema.u32(StorageSchema.VERSION));
        rows.put(ColumnFamily.META, StorageSchema.LEADER_EPOCH, StorageSchema.u64(epoch));
        rows.put(ColumnFamily.META, StorageSchema.APPLIED_INDEX, StorageSchema.u64(index));
        store.write(rows.build());
        // Offsets and epochs handed out from here on build on it.
        store.syncWal();
        return epoch;
    }
}
