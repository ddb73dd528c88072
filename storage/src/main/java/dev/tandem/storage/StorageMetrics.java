package dev.tandem.storage;

/**
 * A snapshot of the engine's counters.
 *
 * @param commits commits applied since start
 * @param commitGroups write batches written since start
 * @param syncs WAL syncs since start
 * @param bytesWritten bytes of write batches since start
 * @param groupCommits commits of each group
 * @param groupBytes bytes of each group's write batch
 * @param syncMicros how long each WAL sync took
 * @param tailCacheHits log reads answered by the tail cache
 * @param tailCacheMisses log reads that went to RocksDB
 * @param tailCacheBytes heap of the tail cache now
 * @param inFlightBytes bytes between socket and written commit now
 * @param trims ranges of records deleted since start, by trims, compaction and deletion of logs
 * @param trimmedBytes bytes of those records
 * @param reclaimedBytes of those, bytes in ranges that rest and were given back
 * @param sharedBodyBytes bytes of the segments of shared bodies that are in use
 * @param transientLogs non-durable logs
 * @param transientBytes heap that their messages take
 * @param spilledBytes bytes of their messages that are on the disk instead
 * @param spilledChunks rows that hold these
 * @param logCompaction what the compaction of logs did
 * @param diskBytes bytes of the files in the data directory, the write-ahead log included
 * @param diskFreeBytes bytes that may still be written to its file system
 * @param database what RocksDB tells
 */
public record StorageMetrics(
        long commits,
        long commitGroups,
        long syncs,
        long bytesWritten,
        Distribution groupCommits,
        Distribution groupBytes,
        Distribution syncMicros,
        long tailCacheHits,
        long tailCacheMisses,
        long tailCacheBytes,
        long inFlightBytes,
        long trims,
        long trimmedBytes,
        long reclaimedBytes,
        long sharedBodyBytes,
        long transientLogs,
        long transientBytes,
        long spilledBytes,
        long spilledChunks,
        LogCompaction logCompaction,
        long diskBytes,
        long diskFreeBytes,
        Database database) {

    /**
     * What the compaction of logs ({@code cleanup.policy=compact}) did since start.
     *
     * @param runs passes over a log
     * @param batches record batches in the ranges that were rewritten
     * @param bytesBefore bytes of those batches
     * @param bytesAfter bytes of what is left of them
     * @param nanos time that the passes took
     */
    public record LogCompaction(long runs, long batches, long bytesBefore, long bytesAfter, long nanos) {}

    /**
     * What RocksDB tells; counters count since it was opened, which a recovery from a failed write does anew.
     *
     * @param liveDataBytes estimate of live data
     * @param walBytes files of the write-ahead log
     * @param memtableBytes write buffers, those being flushed included
     * @param blockCacheBytes block cache, which write buffers are charged to as well
     * @param pendingCompactionBytes estimate of what compactions have to rewrite
     * @param runningFlushes flushes under way
     * @param runningCompactions compactions under way
     * @param flushedBytes written by flushes
     * @param compactionReadBytes read by compactions
     * @param compactionWrittenBytes written by compactions
     * @param stallMicros time that writes were held up
     * @param writesStopped whether writes are held up now
     * @param delayedWriteBytesPerSecond the rate that writes are slowed down to; 0 when they are not
     */
    public record Database(
            long liveDataBytes,
            long walBytes,
            long memtableBytes,
            long blockCacheBytes,
            long pendingCompactionBytes,
            long runningFlushes,
            long runningCompactions,
            long flushedBytes,
            long compactionReadBytes,
            long compactionWrittenBytes,
            long stallMicros,
            boolean writesStopped,
            long delayedWriteBytesPerSecond) {

        /** Of a database that is closed. */
        public static final Database NONE = new Database(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0);
    }
}
