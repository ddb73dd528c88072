package dev.tandem.storage.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** How far the copying of files has come, and whether it shall go on. Copies on one thread, told and asked by any. */
final class CopyProgress {
    private static final long STEP_BYTES = 8 << 20;

    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean cancelled;

    /** Bytes copied or linked so far. */
    long bytes() {
        return bytes.get();
    }

    /** Makes copying fail. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Copies a file and syncs the copy. */
    void copy(Path from, Path to) throws IOException {
        try (var source = FileChannel.open(from, StandardOpenOption.READ);
                var target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = source.size();
            for (long at = 0; at < size; ) {
                requireWanted();
                long step = source.transferTo(at, Math.min(STEP_BYTES, size - at), target);
                if (step <= 0) {
                    throw new IOException(from + " became shorter while it was copied");
                }
                at += step;
                bytes.addAndGet(step);
            }
            target.force(true);
        }
    }

    /** Gives a file that never changes a second name; copies it where that is not possible. */
    void link(Path from, Path to) throws IOException {
        requireWanted();
        try {
            Files.createLink(to, from);
            bytes.addAndGet(Files.size(from));
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            copy(from, to);
        }
    }

    private void requireWanted() throws IOException {
        if (cancelled) {
            throw new IOException("it was broken off");
        }
    }
}
