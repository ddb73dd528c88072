/**
 * RocksDB: opening, options, write batches, iterators. The only importer of {@code org.rocksdb}.
 *
 * <p>Reads run on the reader pool, writes on the commit thread, {@code syncWal} on the sync thread.
 */
@NullMarked
package dev.tandem.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
