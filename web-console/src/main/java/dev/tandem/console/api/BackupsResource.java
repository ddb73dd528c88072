package dev.tandem.console.api;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /backups}: copies of the data directory, made while the broker serves. */
final class BackupsResource {
    private final Function<Path, Backup> backups;
    private final Answers answers;
    private final BodyHandler body;
    private final AtomicReference<@Nullable Backup> last = new AtomicReference<>();

    /**
     * What is asked for.
     *
     * @param directory absolute, on the broker's machine
     */
    record NewBackup(String directory) {}

    /**
     * A backup.
     *
     * @param state {@code running}, {@code done} or {@code failed}
     * @param bytes copied so far, or the size of the whole
     * @param error why it failed, else empty
     */
    record BackupView(String directory, String state, long bytes, double seconds, String error) {}

    BackupsResource(Function<Path, Backup> backups, Answers answers, BodyHandler body) {
        this.backups = backups;
        this.answers = answers;
        this.body = body;
    }

    void install(Router api) {
        api.post("/backups").handler(body).handler(this::start);
        api.get("/backups/current").handler(this::show);
    }

    private void start(RoutingContext context) {
        answers.send(context, 202, () -> {
            Path directory = directory(Json.read(Bodies.bytes(context), NewBackup.class));
            try {
                Backup backup = backups.apply(directory);
                last.set(backup);
                return view(backup);
            } catch (StorageException refused) {
                throw new ApiException(409, String.valueOf(refused.getMessage()));
            }
        });
    }

    private static Path directory(NewBackup wanted) {
        if (wanted.directory() == null || wanted.directory().isBlank()) {
            throw new ApiException(400, "a backup needs a directory");
        }
        try {
            Path directory = Path.of(wanted.directory());
            if (!directory.isAbsolute() || directory.getFileName() == null) {
                throw new ApiException(
                        400,
                        "the directory of a backup must be an absolute path on the broker's machine, not '"
                                + wanted.directory() + "'");
            }
            return directory;
        } catch (InvalidPathException e) {
            throw new ApiException(400, "'" + wanted.directory() + "' is no path");
        }
    }

    private void show(RoutingContext context) {
        answers.send(context, () -> {
            Backup backup = last.get();
            if (backup == null) {
                throw new ApiException(404, "no backup was made since the broker was started");
            }
            return view(backup);
        });
    }

    private static BackupView view(Backup backup) {
        String directory = backup.directory().toString();
        if (!backup.done().isDone()) {
            return new BackupView(
                    directory, "running", backup.bytesSoFar(), backup.elapsed().toMillis() / 1e3, "");
        }
        try {
            Backup.Report report = backup.done().join();
            return new BackupView(
                    directory, "done", report.bytes(), report.took().toMillis() / 1e3, "");
        } catch (CompletionException e) {
            String error = e.getCause() == null
                    ? e.toString()
                    : String.valueOf(e.getCause().getMessage());
            return new BackupView(
                    directory, "failed", backup.bytesSoFar(), backup.elapsed().toMillis() / 1e3, error);
        }
    }
}
