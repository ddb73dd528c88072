package dev.tandem.storage.rocksdb;

import dev.tandem.storage.StorageMetrics.Database;
import java.nio.file.Path;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** Asks RocksDB for what {@link Database} holds. */
final class DatabaseMetrics {
    private DatabaseMetrics() {}

    static Database read(RocksDB rocks, Statistics statistics, Path path) throws RocksDBException {
        return new Database(
                sum(rocks, "rocksdb.estimate-live-data-size") + sum(rocks, "rocksdb.live-blob-file-size"),
                RocksDirectory.walBytes(path),
                sum(rocks, "rocksdb.cur-size-all-mem-tables"),
                // One cache, and one number of each of the following, serves all families.
                rocks.getLongProperty("rocksdb.block-cache-usage"),
                sum(rocks, "rocksdb.estimate-pending-compaction-bytes"),
                rocks.getLongProperty("rocksdb.num-running-flushes"),
                rocks.getLongProperty("rocksdb.num-running-compactions"),
                statistics.getTickerCount(TickerType.FLUSH_WRITE_BYTES),
                statistics.getTickerCount(TickerType.COMPACT_READ_BYTES),
                statistics.getTickerCount(TickerType.COMPACT_WRITE_BYTES),
                statistics.getTickerCount(TickerType.STALL_MICROS),
                rocks.getLongProperty("rocksdb.is-write-stopped") != 0,
                rocks.getLongProperty("rocksdb.actual-delayed-write-rate"));
    }

    private static long sum(RocksDB rocks, String property) throws RocksDBException {
        return rocks.getAggregatedLongProperty(property);
    }
}
