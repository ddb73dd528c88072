package dev.tandem.storage;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.commit.SyncedIndexFile;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.SchemaVersionFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Copies a directory that is in use. Reader pool. */
final class Backup {
    private Backup() {}

    static Path write(RocksStore store, Path dataDir, Path target) {
        Path whole = target.toAbsolutePath().normalize();
        if (Files.exists(whole)) {
            throw new DirectoryRefused("cannot back up to " + target + ": it exists already");
        }
        Path part = whole.resolveSibling(whole.getFileName() + ".incomplete");
        try {
            delete(part); // of a backup that was broken off
            Files.createDirectories(part);
        } catch (IOException e) {
            throw new DirectoryRefused("cannot back up to " + target + ": " + e);
        }
        try {
            // Before the checkpoint: that holds every commit which is synced now.
            SyncedIndexFile.copy(dataDir, part);
            SchemaVersionFile.write(part);
            store.checkpoint(RocksDirectory.databaseOf(part));
            Files.move(part, whole);
            return whole;
        } catch (IOException e) {
            throw new StorageFailure("cannot back up to " + target + ": " + e, e);
        }
    }

    private static void delete(Path part) throws IOException {
        if (Files.exists(part)) {
            try (var files = Files.walk(part)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
