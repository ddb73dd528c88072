package dev.tandem.storage.migration;

import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All steps there are. Each is one write batch that also carries the version it leads to, synced before the next: a
 * start that is broken off leaves the directory before or behind a step, and the next start goes on from there.
 */
public final class Migrations {
    private static final Logger LOGGER = LoggerFactory.getLogger(Migrations.class);
    /** By the version they take: the first one takes {@link StorageSchema#OLDEST_VERSION}. */
    private static final List<Migration> STEPS = List.of(new Migration1To2());

    private Migrations() {}

    /**
     * Brings a directory that {@link dev.tandem.storage.rocksdb.RocksDirectory} opened to the current version.
     *
     * @param dataDir for the log
     */
    public static void run(Path dataDir, RocksStore store) {
        int found = store.schemaVersion();
        if (found == StorageSchema.VERSION) {
            return;
        }
        for (Migration step : STEPS.subList(found - StorageSchema.OLDEST_VERSION, STEPS.size())) {
            var rows = new BatchBuilder(256);
            step.addRows(store, rows);
            rows.put(ColumnFamily.META, StorageSchema.SCHEMA_VERSION, StorageSchema.u32(step.from() + 1));
            store.write(rows.build());
            store.syncWal();
        }
        LOGGER.info(
                "brought the data directory {} from schema version {} to {}; older versions of Tandem refuse it now",
                dataDir,
                found,
                StorageSchema.VERSION);
    }
}
