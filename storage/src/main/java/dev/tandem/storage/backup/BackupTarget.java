package dev.tandem.storage.backup;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/**
 * The directory that a backup becomes. It grows under another name, beside its place, and gets its own when it is whole
 * and on the disk: what has the name of a backup is one.
 */
final class BackupTarget {
    private final Path whole;
    private final Path part;

    private BackupTarget(Path whole, Path part) {
        this.whole = whole;
        this.part = part;
    }

    /**
     * Makes room for a backup.
     *
     * @throws DirectoryRefused when it exists already, lies within the original, or cannot be made
     */
    static BackupTarget prepare(Path dataDir, Path target) {
        Path whole = target.toAbsolutePath().normalize();
        if (Files.exists(whole)) {
            throw refused(whole, "it exists already");
        }
        if (whole.startsWith(dataDir.toAbsolutePath().normalize())) {
            throw refused(whole, "it lies within the data directory itself");
        }
        Path part = whole.resolveSibling(whole.getFileName() + ".incomplete");
        try {
            delete(part); // of a backup that was broken off
            Files.createDirectories(part);
        } catch (IOException e) {
            throw refused(whole, reason(e));
        }
        return new BackupTarget(whole, part);
    }

    /** Where it grows. */
    Path part() {
        return part;
    }

    /** Its place once it is whole. */
    Path whole() {
        return whole;
    }

    /** Whether files can be shared with the original by links. */
    boolean isOnFileSystemOf(Path dataDir) throws IOException {
        return Files.getFileStore(part).equals(Files.getFileStore(dataDir));
    }

    /** Gives the backup its name. */
    void finish() throws IOException {
        try (var files = Files.list(part)) {
            for (Path file : files.toList()) {
                sync(file);
            }
        }
        sync(part);
        if (Files.exists(whole)) {
            throw refused(whole, "it has come to exist meanwhile");
        }
        Files.move(part, whole);
        Path parent = whole.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /** Removes what there is of a backup that will not be finished. */
    void abandon() {
        try {
            delete(part);
        } catch (IOException e) {
            throw new StorageFailure("cannot remove " + part + ", the rest of a backup that failed: " + reason(e), e);
        }
    }

    static DirectoryRefused refused(Path target, String reason) {
        return new DirectoryRefused("cannot back up to " + target + ": " + reason);
    }

    /** What went wrong, for a person. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "this user has no permission to write to " + e.getMessage();
        }
        return e.getClass() == IOException.class
                ? String.valueOf(e.getMessage())
                : e.getClass().getSimpleName() + " " + e.getMessage();
    }

    /** Deletes a directory with all that is in it; nothing when there is none. */
    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A file's bytes, or a directory's entries, survive power loss from here on. */
    private static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
