package dev.tandem.storage.body;

import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.file.Path;

/** How many rows the bodies family of a stopped engine's directory holds. */
record BodyRowsInStore(int bodies, int references) {

    static BodyRowsInStore of(Path directory) {
        try (RocksStore store = RocksDirectory.openReadOnly(directory)) {
            return new BodyRowsInStore(count(store, StorageSchema.BODY), count(store, StorageSchema.BODY_REFERENCE));
        }
    }

    private static int count(RocksStore store, byte kind) {
        int[] rows = new int[1];
        store.scan(ColumnFamily.BODIES, new byte[] {kind}, new byte[] {(byte) (kind + 1)}, (key, value) -> {
            rows[0]++;
            return true;
        });
        return rows[0];
    }
}
