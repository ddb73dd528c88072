package dev.tandem.benchmarks.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process writes to files: write-ahead log, data files, compactions. Linux counts it, whoever in the process
 * writes.
 */
final class DiskWrites {
    private static final Path COUNTERS = Path.of("/proc/self/io");
    private static final String WRITTEN = "wchar: ";

    private DiskWrites() {}

    /** Bytes that the process has written since it began. */
    static long total() {
        try (var lines = Files.lines(COUNTERS)) {
            return lines.filter(line -> line.startsWith(WRITTEN))
                    .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("only Linux tells what a process writes", e);
        }
    }
}
