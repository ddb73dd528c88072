package dev.tandem.storage.catalog;

import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;

/** Reads the definitions of a directory into memory. */
public final class CatalogRows {
    private CatalogRows() {}

    /** Everything that is defined. Blocks. */
    public static MemoryCatalog load(RocksStore store) {
        var catalog = new MemoryCatalog(store.readU64(StorageSchema.CATALOG_REVISION, 0));
        store.scan(ColumnFamily.CATALOG, new byte[] {0}, new byte[] {(byte) 0xFF}, (key, value) -> {
            var definitionKey = DefinitionKeyCodec.decodeKey(Slice.of(key));
            catalog.put(definitionKey, DefinitionCodec.decode(definitionKey.kind(), Slice.of(value)));
            return true;
        });
        return catalog;
    }
}
