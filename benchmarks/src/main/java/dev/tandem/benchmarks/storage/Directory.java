package dev.tandem.benchmarks.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** The directory of one run. */
final class Directory {
    private Directory() {}

    /** Bytes of the files in it. */
    static long sizeInBytes(Path directory) {
        try (var files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    bytes += Files.size(file);
                } catch (NoSuchFileException e) {
                    // Deleted since the listing.
                }
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot delete " + directory + ": " + e.getMessage(), e);
        }
    }
}
