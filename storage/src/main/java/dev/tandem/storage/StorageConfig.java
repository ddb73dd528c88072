package dev.tandem.storage;

import java.nio.file.Path;

/**
 * Settings of the engine, keys {@code storage.*}.
 *
 * @param dataDir the directory; created when missing
 * @param sync when an acknowledgement that promises durability is given
 * @param inFlightBytes budget between socket and written commit; past it the modes stop reading sockets
 * @param tailCacheBytes heap for recently committed batches
 * @param nativeMemoryBytes RocksDB block cache and write buffers together
 * @param readerThreads threads for reads that touch RocksDB
 */
public record StorageConfig(
        Path dataDir,
        SyncPolicy sync,
        long inFlightBytes,
        long tailCacheBytes,
        long nativeMemoryBytes,
        int readerThreads) {

    /** What an acknowledgement that promises durability waits for. */
    public enum SyncPolicy {
        /** The WAL is synced to the disk: survives power loss. */
        ALWAYS,
        /** The WAL is written to the operating system: survives kill -9, not power loss. */
        OS
    }

    public StorageConfig {
        requirePositive("storage.in-flight-bytes", inFlightBytes);
        requirePositive("storage.tail-cache-bytes", tailCacheBytes);
        requirePositive("storage.native-memory-bytes", nativeMemoryBytes);
        requirePositive("storage.reader-threads", readerThreads);
    }

    /** Defaults for a directory. */
    public static StorageConfig defaults(Path dataDir) {
        return new StorageConfig(dataDir, SyncPolicy.ALWAYS, 64L << 20, 64L << 20, 192L << 20, 4);
    }

    private static void requirePositive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be greater than 0, not " + value);
        }
    }
}
