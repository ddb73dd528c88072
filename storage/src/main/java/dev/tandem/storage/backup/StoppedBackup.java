package dev.tandem.storage.backup;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.commit.SyncedIndexFile;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.schema.SchemaVersionFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A backup of a directory that no broker uses; nothing in it is changed. */
public final class StoppedBackup {
    private StoppedBackup() {}

    /**
     * Starts it.
     *
     * @throws DirectoryRefused when the directory is none of Tandem, a broker uses it, a newer version wrote it, or the
     *     target cannot be used
     */
    public static Backup start(Path dataDir, Path target) {
        if (RocksDirectory.isInUse(dataDir)) {
            throw new DirectoryRefused("the data directory " + dataDir
                    + " is in use by a broker, which has to make the backup itself; name its http port by --http-port");
        }
        RocksDirectory.openReadOnly(dataDir).close(); // refuses what is no directory of ours
        return BackupRun.start(
                BackupTarget.prepare(dataDir, target), (place, progress) -> fill(dataDir, place, progress));
    }

    private static void fill(Path dataDir, BackupTarget target, CopyProgress progress) throws IOException {
        Path from = RocksDirectory.databaseOf(dataDir);
        Path to = RocksDirectory.databaseOf(target.part());
        boolean linkable = target.isOnFileSystemOf(dataDir);
        try (var lock = Lock.take(from.resolve("LOCK"))) {
            if (lock.isHeldByAnother()) {
                throw new DirectoryRefused("the data directory " + dataDir + " is in use by a broker by now");
            }
            SyncedIndexFile.copy(dataDir, target.part());
            SchemaVersionFile.copy(dataDir, target.part());
            Files.createDirectory(to);
            try (var files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = file.getFileName().toString();
                    if (linkable && isImmutable(name)) {
                        progress.link(file, to.resolve(name));
                    } else if (!name.startsWith("LO")) { // LOCK, and RocksDB's own log
                        progress.copy(file, to.resolve(name));
                    }
                }
            }
        }
    }

    private static boolean isImmutable(String name) {
        return name.endsWith(".sst") || name.endsWith(".blob");
    }

    /** RocksDB's own lock, so that no broker starts meanwhile; a backup has no file for it, and needs none. */
    private record Lock(
            @Nullable FileChannel channel, @Nullable FileLock held) implements AutoCloseable {
        static Lock take(Path file) throws IOException {
            if (!Files.isWritable(file)) {
                return new Lock(null, null);
            }
            var channel = FileChannel.open(file, StandardOpenOption.WRITE);
            return new Lock(channel, channel.tryLock());
        }

        boolean isHeldByAnother() {
            return channel != null && held == null;
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
