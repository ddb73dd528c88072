package dev.tandem.storage.migration;

import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;

/**
 * One step from a schema version to the next. Never changed once released: directories of its version may turn up at
 * any time.
 */
interface Migration {

    /** The version of the directories it takes. */
    int from();

    /**
     * Adds the rows that make a directory one of the next version; they are written at once, together with the version
     * row. Column families exist already.
     *
     * @param store to read from
     */
    void addRows(RocksStore store, BatchBuilder rows);
}
