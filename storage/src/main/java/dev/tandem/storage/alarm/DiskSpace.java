package dev.tandem.storage.alarm;

import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** The space of the file system that a data directory lies on. */
public final class DiskSpace {
    /** Space must exceed the limit by a quarter before the alarm ends, so that it does not come and go. */
    private static final int HYSTERESIS = 4;

    private final Path dataDir;
    private final long limitBytes;
    private final LongSupplier freeBytes;

    /** The file system of a directory, and the free space below which an alarm is due. */
    public DiskSpace(Path dataDir, long limitBytes) {
        this(dataDir, limitBytes, () -> usableBytes(dataDir));
    }

    DiskSpace(Path dataDir, long limitBytes, LongSupplier freeBytes) {
        this.dataDir = dataDir;
        this.limitBytes = limitBytes;
        this.freeBytes = freeBytes;
    }

    /** Bytes that may still be written. */
    public long freeBytes() {
        return freeBytes.getAsLong();
    }

    private static long usableBytes(Path dataDir) {
        try {
            FileStore store = Files.getFileStore(dataDir);
            return store.getUsableSpace();
        } catch (IOException e) {
            throw new StorageFailure("cannot tell the free space of " + dataDir + ": " + e.getMessage(), e);
        }
    }

    /** Whether so little is free that the alarm is due. */
    public boolean isLow(long freeBytes) {
        return freeBytes < limitBytes;
    }

    /** Whether so much is free that a standing alarm may end. */
    public boolean isAmple(long freeBytes) {
        return freeBytes >= limitBytes + limitBytes / HYSTERESIS;
    }

    /** Says that space is low. */
    public String lowSentence(long freeBytes) {
        return "the disk of the data directory " + dataDir + " has " + mebibytes(freeBytes)
                + " left, less than storage.disk-free-limit-bytes (" + mebibytes(limitBytes)
                + "): messages are refused until space is free again";
    }

    /** Says that space is no longer low. */
    public String ampleSentence(long freeBytes) {
        return "the disk of the data directory " + dataDir + " has " + mebibytes(freeBytes)
                + " free: messages are accepted again";
    }

    private static String mebibytes(long bytes) {
        return bytes / (1 << 20) + " MiB";
    }
}
