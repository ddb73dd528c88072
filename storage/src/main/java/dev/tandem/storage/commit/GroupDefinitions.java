package dev.tandem.storage.commit;

import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionCodec;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.catalog.DefinitionKeyCodec;
import dev.tandem.storage.catalog.MemoryCatalog;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a group changes in the catalog, which shows it once it is written. Commit thread. */
final class GroupDefinitions {
    private final MemoryCatalog catalog;
    private final BatchBuilder rows;
    private final Map<DefinitionKey, Optional<Definition>> changed = new LinkedHashMap<>();

    GroupDefinitions(MemoryCatalog catalog, BatchBuilder rows) {
        this.catalog = catalog;
        this.rows = rows;
    }

    /** Whether a definition exists once this group is written. */
    boolean isDefined(DefinitionKey key) {
        Optional<Definition> here = changed.get(key);
        return here != null ? here.isPresent() : catalog.find(key).isPresent();
    }

    void define(Definition definition) {
        changed.put(definition.key(), Optional.of(definition));
        rows.put(
                ColumnFamily.CATALOG,
                DefinitionKeyCodec.encodeKey(definition.key()),
                DefinitionCodec.encode(definition));
    }

    void undefine(DefinitionKey key) {
        if (isDefined(key)) {
            changed.put(key, Optional.empty());
            rows.delete(ColumnFamily.CATALOG, DefinitionKeyCodec.encodeKey(key));
        }
    }

    /** Adds the catalog's revision if anything changed. */
    void finish(long index) {
        if (!changed.isEmpty()) {
            rows.put(ColumnFamily.META, StorageSchema.CATALOG_REVISION, StorageSchema.u64(index));
        }
    }

    /** Shows readers what changed. */
    void publish(long index) {
        if (!changed.isEmpty()) {
            changed.forEach((key, definition) -> catalog.put(key, definition.orElse(null)));
            catalog.advanceTo(index);
        }
    }
}
