package dev.tandem.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the engine, keys {@code storage.*}.
 *
 * @param dataDir the directory; created when missing
 * @param sync when an acknowledgement that promises durability is given
 * @param memoryBytes bounds all memory that the engine takes for data, native and heap; shared out by the methods below
 * @param readerThreads threads for reads that touch RocksDB
 * @param cleaningInterval most time between two rounds of background work: retention, compaction, giving space back
 * @param diskFreeLimitBytes free space below which appends are refused; 0 for no limit
 */
public record StorageConfig(
        Path dataDir,
        SyncPolicy sync,
        long memoryBytes,
        int readerThreads,
        Duration cleaningInterval,
        long diskFreeLimitBytes) {
    /** With less, memtables become so small that RocksDB does nothing but flush. */
    private static final long LEAST_MEMORY_BYTES = 16L << 20;

    /** What an acknowledgement that promises durability waits for. */
    public enum SyncPolicy {
        /** The WAL is synced to the disk: survives power loss. */
        ALWAYS,
        /** The WAL is written to the operating system: survives kill -9, not power loss. */
        OS
    }

    public StorageConfig {
        if (memoryBytes < LEAST_MEMORY_BYTES) {
            throw new IllegalArgumentException(
                    "storage.memory-bytes must be at least " + LEAST_MEMORY_BYTES + " (16MiB), not " + memoryBytes);
        }
        requirePositive("storage.reader-threads", readerThreads);
        requirePositive("storage.cleaning-interval", cleaningInterval.toMillis());
        if (diskFreeLimitBytes < 0) {
            throw new IllegalArgumentException("storage.disk-free-limit-bytes must not be negative");
        }
    }

    /** Defaults for a directory. */
    public static StorageConfig defaults(Path dataDir) {
        return new StorageConfig(dataDir, SyncPolicy.ALWAYS, 384L << 20, 4, Duration.ofSeconds(10), 256L << 20);
    }

    /** The same settings with another bound of memory. */
    public StorageConfig withMemoryBytes(long bytes) {
        return new StorageConfig(dataDir, sync, bytes, readerThreads, cleaningInterval, diskFreeLimitBytes);
    }

    /** The same settings with another interval of background work. */
    public StorageConfig withCleaningInterval(Duration interval) {
        return new StorageConfig(dataDir, sync, memoryBytes, readerThreads, interval, diskFreeLimitBytes);
    }

    /** The same settings with another limit of free space. */
    public StorageConfig withDiskFreeLimitBytes(long bytes) {
        return new StorageConfig(dataDir, sync, memoryBytes, readerThreads, cleaningInterval, bytes);
    }

    /** These settings, or with less memory: so much that what lies on the heap takes half of a heap of this size. */
    public StorageConfig fittedTo(long heapBytes) {
        long most = Math.max(LEAST_MEMORY_BYTES, heapBytes);
        return memoryBytes <= most ? this : withMemoryBytes(most);
    }

    // Half of the memory is RocksDB's, a sixth each goes to what lies on the heap.

    /** Native memory: RocksDB's block cache and memtables together. */
    public long nativeBytes() {
        return memoryBytes / 2;
    }

    /** Heap between socket and written commit; past it the modes stop reading sockets. */
    public long inFlightBytes() {
        return memoryBytes / 6;
    }

    /** Heap for recently committed batches, and for what is kept of them until it is synced. */
    public long tailCacheBytes() {
        return memoryBytes / 6;
    }

    /** Heap for the messages of logs that are not durable; past it they spill to the disk. */
    public long transientBytes() {
        return memoryBytes / 6;
    }

    /** Heap of all shares together. */
    public long heapBytes() {
        return inFlightBytes() + tailCacheBytes() + transientBytes();
    }

    private static void requirePositive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be greater than 0, not " + value);
        }
    }
}
