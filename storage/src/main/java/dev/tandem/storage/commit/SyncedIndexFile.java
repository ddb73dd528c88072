package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Remembers, outside RocksDB, the index of the last commit group known to be synced. RocksDB's point-in-time recovery
 * stops silently at a damaged WAL record; an applied index below this one proves that acknowledged commits are missing.
 *
 * <p>Two slots of index u64 and CRC-32C u32, written in turn, so that a torn write leaves the other. Sync thread.
 */
public final class SyncedIndexFile implements AutoCloseable {
    private static final String NAME = "synced-index";
    private static final int SLOT_SIZE = 12;

    private final FileChannel channel;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_SIZE);
    private int next;

    private SyncedIndexFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Copies the file of a directory into a copy of that directory, as it is; nothing when there is none. */
    public static void copy(Path dataDir, Path copy) throws IOException {
        if (Files.exists(dataDir.resolve(NAME))) {
            Files.copy(dataDir.resolve(NAME), copy.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The highest index noted in a directory that nobody uses; -1 when none is. */
    public static long readOnly(Path dataDir) {
        if (!Files.exists(dataDir.resolve(NAME))) {
            return -1;
        }
        try (var file = new SyncedIndexFile(FileChannel.open(dataDir.resolve(NAME), StandardOpenOption.READ))) {
            return file.read();
        } catch (IOException e) {
            throw new StorageFailure("cannot open " + dataDir.resolve(NAME) + ": " + e.getMessage(), e);
        }
    }

    static SyncedIndexFile open(Path dataDir) {
        try {
            return new SyncedIndexFile(FileChannel.open(
                    dataDir.resolve(NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new DirectoryRefused("cannot open " + dataDir.resolve(NAME) + ": " + e.getMessage());
        }
    }

    /** The highest index noted; -1 when none is. */
    long read() {
        long highest = -1;
        try {
            for (int i = 0; i < 2; i++) {
                slot.clear();
                if (channel.read(slot, (long) i * SLOT_SIZE) == SLOT_SIZE
                        && slot.getInt(8) == crc(slot.getLong(0))
                        && slot.getLong(0) > highest) {
                    highest = slot.getLong(0);
                    next = 1 - i;
                }
            }
        } catch (IOException e) {
            throw new StorageFailure("cannot read the synced index: " + e.getMessage(), e);
        }
        return highest;
    }

    void write(long index) {
        slot.clear();
        slot.putLong(index).putInt(crc(index)).flip();
        try {
            channel.write(slot, (long) next * SLOT_SIZE);
        } catch (IOException e) {
            throw new StorageFailure("cannot write the synced index: " + e.getMessage(), e);
        }
        next = 1 - next;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageFailure("cannot close the synced index: " + e.getMessage(), e);
        }
    }

    private static int crc(long index) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, index));
        return (int) crc.getValue();
    }
}
