package dev.tandem.storage.catalog;

import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.HashMap;
import java.util.Map;

/** Reads the definitions of a directory into memory. */
public final class CatalogRows {
    private CatalogRows() {}

    /** Everything that is defined. Blocks. */
    public static MemoryCatalog load(RocksStore store) {
        var catalog = new MemoryCatalog(store.readU64(StorageSchema.CATALOG_REVISION, 0));
        catalog.replaceAll(readAll(store));
        return catalog;
    }

    /** Brings a catalog to what is stored, after the database was opened again. Blocks; commit thread. */
    public static void reload(RocksStore store, MemoryCatalog catalog) {
        catalog.replaceAll(readAll(store));
        catalog.advanceTo(store.readU64(StorageSchema.CATALOG_REVISION, 0));
    }

    private static Map<DefinitionKey, Definition> readAll(RocksStore store) {
        var definitions = new HashMap<DefinitionKey, Definition>();
        store.scan(ColumnFamily.CATALOG, new byte[] {0}, new byte[] {(byte) 0xFF}, (key, value) -> {
            var definitionKey = DefinitionKeyCodec.decodeKey(Slice.of(key));
            definitions.put(definitionKey, DefinitionCodec.decode(definitionKey.kind(), Slice.of(value)));
            return true;
        });
        return definitions;
    }
}
