package dev.tandem.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Backups by a broker in another process, through its http port ({@code docs/http-api.md}). */
final class RemoteBackups {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI console;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    RemoteBackups(String consoleUri) {
        this.console = URI.create(consoleUri);
    }

    /** Whether it is this directory that the broker uses. */
    boolean uses(Path dataDir) {
        Path used =
                Path.of(call(request("api/v1/overview").GET()).at("/dataDir").asText());
        try {
            return Files.exists(used) && Files.exists(dataDir) && Files.isSameFile(used, dataDir);
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * Starts a backup.
     *
     * @param target on the broker's machine
     * @throws DirectoryRefused with the broker's own sentence
     */
    Backup start(Path target) {
        var run = new Run(target);
        run.follow(call(request("api/v1/backups")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        JSON.valueToTree(Map.of("directory", target.toString())).toString()))));
        return run;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(console.resolve(path)).timeout(PATIENCE);
    }

    private JsonNode call(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() >= 400) {
                throw new DirectoryRefused(answer.at("/error/message")
                        .asText("the broker at " + console + " answered " + response.statusCode()));
            }
            return answer;
        } catch (IOException e) {
            throw new StorageFailure("the broker at " + console + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageFailure("interrupted while waiting for the broker at " + console, e);
        }
    }

    /** A backup as the broker tells of it, asked for again and again. */
    private final class Run implements Backup {
        private final Path target;
        private final long startNanos = System.nanoTime();
        private final CompletableFuture<Report> done = new CompletableFuture<>();
        private final Executor later = CompletableFuture.delayedExecutor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        private volatile long bytes;

        Run(Path target) {
            this.target = target;
        }

        void follow(JsonNode state) {
            bytes = state.at("/bytes").asLong();
            switch (state.at("/state").asText()) {
                case "running" -> later.execute(this::ask);
                case "done" ->
                    done.complete(new Report(
                            Path.of(state.at("/directory").asText()),
                            bytes,
                            Duration.ofMillis(Math.round(state.at("/seconds").asDouble() * 1e3))));
                default ->
                    done.completeExceptionally(
                            new StorageFailure(state.at("/error").asText()));
            }
        }

        private void ask() {
            try {
                follow(call(request("api/v1/backups/current").GET()));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }

        @Override
        public Path directory() {
            return target;
        }

        @Override
        public long bytesSoFar() {
            return bytes;
        }

        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - startNanos);
        }

        @Override
        public CompletableFuture<Report> done() {
            return done;
        }
    }
}
