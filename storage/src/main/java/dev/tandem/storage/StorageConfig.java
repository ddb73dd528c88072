package dev.tandem.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the engine, keys {@code storage.*}.
 *
 * @param dataDir the directory; created when missing
 * @param sync when an acknowledgement that promises durability is given
 * @param inFlightBytes budget between socket and written commit; past it the modes stop reading sockets
 * @param tailCacheBytes heap for recently committed batches
 * @param nativeMemoryBytes RocksDB block cache and write buffers together
 * @param readerThreads threads for reads that touch RocksDB
 * @param cleaningInterval most time between two rounds of background work: retention, compaction, giving space back
 */
public record StorageConfig(
        Path dataDir,
        SyncPolicy sync,
        long inFlightBytes,
        long tailCacheBytes,
        long nativeMemoryBytes,
        int readerThreads,
        Duration cleaningInterval) {

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
        requirePositive("storage.cleaning-interval", cleaningInterval.toMillis());
    }

    /** Defaults for a directory. */
    public static StorageConfig defaults(Path dataDir) {
        return new StorageConfig(
                dataDir, SyncPolicy.ALWAYS, 64L << 20, 64L << 20, 192L << 20, 4, Duration.ofSeconds(10));
    }

    /** The same settings with another interval of background work. */
    public StorageConfig withCleaningInterval(Duration interval) {
        return new StorageConfig(
                dataDir, sync, inFlightBytes, tailCacheBytes, nativeMemoryBytes, readerThreads, interval);
    }

    private static void requirePositive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be greater than 0, not " + value);
        }
    }
}
