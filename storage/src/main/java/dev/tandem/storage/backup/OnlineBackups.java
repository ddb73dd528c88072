package dev.tandem.storage.backup;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.commit.SyncedIndexFile;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.SchemaVersionFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups of a directory that is in use: a RocksDB checkpoint, which is a moment's work because it links data files. For a
 * target on another file system the checkpoint stands within the data directory while it is copied, so that neither the
 * stop of the broker nor RocksDB waits for the copying.
 */
public final class OnlineBackups implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(OnlineBackups.class);
    /** Within the data directory. */
    private static final String STAGING = "backup.incomplete";

    private final RocksStore store;
    private final Path dataDir;
    private @Nullable BackupRun last;
    private boolean closed;

    public OnlineBackups(RocksStore store, Path dataDir) {
        this.store = store;
        this.dataDir = dataDir;
        removeStaging(); // of a broker that was killed meanwhile; its links would hold deleted files' space
    }

    /**
     * Starts a backup of all that is acknowledged by now.
     *
     * @throws DirectoryRefused when the target cannot be used, or a backup is under way
     */
    public synchronized Backup start(Path target) {
        if (closed) {
            throw BackupTarget.refused(target, "the storage engine is closed");
        }
        if (last != null && last.isRunning()) {
            throw BackupTarget.refused(target, "a backup to " + last.directory() + " is under way");
        }
        var run = BackupRun.start(BackupTarget.prepare(dataDir, target), this::fill);
        last = run;
        return run;
    }

    private void fill(BackupTarget target, CopyProgress progress) throws IOException {
        // Before the checkpoint: that holds every commit which is synced now.
        SyncedIndexFile.copy(dataDir, target.part());
        SchemaVersionFile.write(target.part());
        Path database = RocksDirectory.databaseOf(target.part());
        if (target.isOnFileSystemOf(dataDir)) {
            store.checkpoint(database);
            return;
        }
        Path staging = dataDir.resolve(STAGING);
        try {
            store.checkpoint(staging);
            Files.createDirectory(database);
            try (var files = Files.list(staging)) {
                for (Path file : files.toList()) {
                    progress.copy(file, database.resolve(file.getFileName().toString()));
                }
            }
        } finally {
            removeStaging();
        }
    }

    private void removeStaging() {
        try {
            BackupTarget.delete(dataDir.resolve(STAGING));
        } catch (IOException e) {
            LOGGER.warn("cannot remove {}: {}", dataDir.resolve(STAGING), BackupTarget.reason(e));
        }
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        BackupRun running;
        synchronized (this) {
            closed = true;
            running = last;
        }
        if (running != null) {
            running.cancel();
        }
    }
}
