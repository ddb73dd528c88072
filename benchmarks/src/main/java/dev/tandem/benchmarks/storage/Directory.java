package dev.tandem.benchmarks.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The directory of one run. */
final class Directory {
    private Directory() {}

    /** Bytes of the files in it; those that vanish meanwhile count nothing. */
    static long sizeInBytes(Path directory) {
        File[] entries = directory.toFile().listFiles();
        long bytes = 0;
        for (File entry : entries == null ? new File[0] : entries) {
            bytes += entry.isDirectory() ? sizeInBytes(entry.toPath()) : entry.length();
        }
        return bytes;
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
