package dev.tandem.storage.backup;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backup on a thread of its own. */
final class BackupRun implements Backup {
    private static final Logger LOGGER = LoggerFactory.getLogger(BackupRun.class);

    private final BackupTarget target;
    private final CopyProgress progress = new CopyProgress();
    private final CompletableFuture<Report> done = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private final Thread thread;

    /** Fills the directory of a backup. */
    @FunctionalInterface
    interface Work {
        void fill(BackupTarget target, CopyProgress progress) throws IOException;
    }

    private BackupRun(BackupTarget target, Work work) {
        this.target = target;
        this.thread = new Thread(() -> run(work), "tandem-backup");
        thread.setDaemon(true);
    }

    static BackupRun start(BackupTarget target, Work work) {
        var run = new BackupRun(target, work);
        run.thread.start();
        return run;
    }

    @Override
    public Path directory() {
        return target.whole();
    }

    @Override
    public long bytesSoFar() {
        return progress.bytes();
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    @Override
    public CompletableFuture<Report> done() {
        return done;
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /** Breaks it off, and waits until it has ended. */
    void cancel() {
        progress.cancel();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Work work) {
        try {
            work.fill(target, progress);
            long bytes = sizeInBytes(target.part());
            target.finish();
            var report = new Report(target.whole(), bytes, elapsed());
            LOGGER.info(
                    "backed up to {}: {} bytes in {} ms",
                    target.whole(),
                    bytes,
                    report.took().toMillis());
            done.complete(report);
        } catch (IOException e) {
            fail(new StorageFailure("cannot back up to " + target.whole() + ": " + BackupTarget.reason(e), e));
        } catch (StorageException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new StorageFailure("cannot back up to " + target.whole() + ": " + e, e));
        }
    }

    private void fail(StorageException failure) {
        if (!progress.isCancelled()) {
            LOGGER.warn("a backup failed: {}", failure.getMessage());
        }
        try {
            target.abandon();
        } catch (StorageFailure e) {
            LOGGER.warn("{}", e.getMessage());
        }
        done.completeExceptionally(failure);
    }

    private static long sizeInBytes(Path directory) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
