package dev.tandem.storage;

/**
 * A snapshot of the engine's counters.
 *
 * @param commits commits applied since start
 * @param commitGroups write batches written since start
 * @param syncs WAL syncs since start
 * @param bytesWritten bytes of write batches since start
 * @param syncP99Micros 99th percentile of sync latency since start
 * @param tailCacheHits log reads answered by the tail cache
 * @param tailCacheMisses log reads that went to RocksDB
 * @param inFlightBytes bytes between socket and written commit now
 * @param liveDataBytes RocksDB's estimate of live data
 * @param sharedBodyBytes bytes of the segments of shared bodies that are in use
 * @param diskBytes bytes of the files in the data directory, the write-ahead log included
 */
public record StorageMetrics(
        long commits,
        long commitGroups,
        long syncs,
        long bytesWritten,
        long syncP99Micros,
        long tailCacheHits,
        long tailCacheMisses,
        long inFlightBytes,
        long liveDataBytes,
        long sharedBodyBytes,
        long diskBytes) {}
