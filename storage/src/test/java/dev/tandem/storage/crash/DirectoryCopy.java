package dev.tandem.storage.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/** Copies of a data directory, and damage done to the write-ahead log of a copy. */
public final class DirectoryCopy {
    private DirectoryCopy() {}

    /** Sizes of the files of the write-ahead log. */
    static NavigableMap<String, Long> walSizes(Path dataDir) throws IOException {
        var sizes = new TreeMap<String, Long>();
        // Data files come and go meanwhile: only the log's are looked at.
        try (var files = Files.newDirectoryStream(dataDir.resolve("db"), "*.log")) {
            for (Path file : files) {
                sizes.put(file.getFileName().toString(), file.toFile().length());
            }
        }
        return sizes;
    }

    /**
     * Copies a directory that is in use as it stood at one moment: again, when RocksDB exchanged files meanwhile. The
     * write-ahead log may have grown meanwhile: the copy has a part of that.
     */
    public static void ofLive(Path from, Path to) throws IOException {
        while (true) {
            try {
                var before = tables(from);
                plain(from, to);
                if (tables(from).equals(before)) {
                    return;
                }
            } catch (NoSuchFileException | UncheckedIOException e) {
                // A file was deleted since it was listed.
            }
            delete(to);
        }
    }

    /** Copies a directory that nobody uses. */
    static void plain(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Everything but growth of the write-ahead log's files and of the information log. */
    private static Map<String, Long> tables(Path dataDir) throws IOException {
        var sizes = sizes(dataDir.resolve("db"));
        sizes.keySet().removeIf(name -> name.startsWith("LOG"));
        sizes.replaceAll((name, size) -> name.endsWith(".log") ? 0 : size);
        return sizes;
    }

    private static Map<String, Long> sizes(Path database) throws IOException {
        var sizes = new TreeMap<String, Long>();
        try (var files = Files.list(database)) {
            for (Path file : files.toList()) {
                sizes.put(file.getFileName().toString(), Files.size(file));
            }
        }
        return sizes;
    }

    /** What a power loss leaves of bytes that were written and not synced. */
    enum Damage {
        NONE {
            @Override
            void to(RandomAccessFile file, long from, Random random) {}
        },
        CUT {
            @Override
            void to(RandomAccessFile file, long from, Random random) throws IOException {
                file.setLength(position(file, from, random));
            }
        },
        FLIPPED_BIT {
            @Override
            void to(RandomAccessFile file, long from, Random random) throws IOException {
                long at = position(file, from, random);
                file.seek(at);
                int value = file.read();
                file.seek(at);
                file.write(value ^ 1 << random.nextInt(8));
            }
        },
        ZEROES {
            @Override
            void to(RandomAccessFile file, long from, Random random) throws IOException {
                long at = position(file, from, random);
                file.seek(at);
                file.write(new byte[(int) (file.length() - at)]);
            }
        };

        /** Damages a file at or behind a position. */
        abstract void to(RandomAccessFile file, long from, Random random) throws IOException;

        private static long position(RandomAccessFile file, long from, Random random) throws IOException {
            return from + (long) (random.nextDouble() * (file.length() - from));
        }
    }
}
