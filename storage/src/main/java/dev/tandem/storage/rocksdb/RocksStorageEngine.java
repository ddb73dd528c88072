package dev.tandem.storage.rocksdb;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;

/** The engine over RocksDB. */
public abstract class RocksStorageEngine implements StorageEngine {

    /** Opens a directory; see {@link StorageEngine#open}. */
    public static RocksStorageEngine open(StorageConfig config) {
        throw new UnsupportedOperationException(config.toString());
    }
}
