package dev.tandem.storage.migration;

import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;

/**
 * Version 2 adds kinds of rows and leaves those of version 1 as they are: what a directory of version 1 has no rows for
 * is computed, or absent. So there is nothing to write but the version, which keeps code of version 1 out.
 */
final class Migration1To2 implements Migration {

    @Override
    public int from() {
        return 1;
    }

    @Override
    public void addRows(RocksStore store, BatchBuilder rows) {}
}
