package dev.tandem.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A backup under way, or the outcome of one. Safe for use from any thread. */
public interface Backup {

    /** Where it will lie. */
    Path directory();

    /** Bytes copied so far; 0 until the end where files are only linked. */
    long bytesSoFar();

    /** Time since it was started. */
    Duration elapsed();

    /** Ends when the backup is whole and on the disk, or fails with a {@link StorageException}. */
    CompletableFuture<Report> done();

    /**
     * A backup that is complete.
     *
     * @param directory where it lies
     * @param bytes size of its files, of which some may be shared with the original by links
     */
    record Report(Path directory, long bytes, Duration took) {}
}
