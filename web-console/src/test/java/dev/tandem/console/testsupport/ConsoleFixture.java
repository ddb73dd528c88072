package dev.tandem.console.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.ConsoleConfig;
import dev.tandem.console.ConsoleServer;
import dev.tandem.storage.Distribution;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.alarm.Alarms;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A console on a free port over fakes. */
public final class ConsoleFixture implements AutoCloseable {
    public final FakeKafka kafka = new FakeKafka();
    public final FakeAmqp amqp = new FakeAmqp();
    public final AtomicBoolean ready = new AtomicBoolean(true);
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ConsoleServer server;

    public final Alarms alarms = new Alarms(InstantSource.system());

    public ConsoleFixture() {
        this(ConsoleConfig.defaults().withPort(0));
    }

    public ConsoleFixture(ConsoleConfig config) {
        this(config, "127.0.0.1");
    }

    public ConsoleFixture(ConsoleConfig config, String host) {
        var broker = new BrokerInfo(
                "0.1.0",
                StorageConfig.defaults(Path.of("/var/lib/tandem")),
                ConsoleFixture::storageMetrics,
                alarms::current,
                directory -> {
                    throw new DirectoryRefused("cannot back up to " + directory + ": there is no engine here");
                },
                () -> new BrokerAddresses("localhost:9092", "amqp://guest:guest@localhost:5672/"),
                () -> new BrokerAddresses("localhost:9092", "amqp://guest:guest@localhost:5672/"),
                ready::get);
        server = new ConsoleServer(vertx, kafka, amqp, config, List.of(host), broker);
        server.start().await();
    }

    /** An engine at work: what counts, counts on. */
    private static StorageMetrics storageMetrics() {
        long millis = System.nanoTime() / 1_000_000;
        return new StorageMetrics(
                millis * 5,
                millis,
                millis,
                millis * 10_000,
                new Distribution(List.of(1L, 10L), List.of(millis / 2, millis / 2, 0L), millis * 5),
                new Distribution(List.of(1_024L, 65_536L), List.of(millis / 2, millis / 2, 0L), millis * 10_000),
                new Distribution(List.of(500L, 1_000L), List.of(millis, 0L, 0L), millis * 250),
                millis * 100,
                12,
                1_000_000,
                4_096,
                3,
                2_000_000,
                1_000_000,
                0,
                3,
                70_000,
                1_200_000,
                5,
                new StorageMetrics.LogCompaction(2, 30, 4_000_000, 1_000_000, 600_000_000),
                9_000_000,
                90_000_000,
                new StorageMetrics.Database(
                        5_000_000, 1_000, 2_000, 3_000, 4_000, 0, 1, 6_000, 7_000, 8_000, 1_500_000, false, 0));
    }

    public int port() {
        return server.port();
    }

    public HttpRequest.Builder request(String path) {
        return request("127.0.0.1", path);
    }

    public HttpRequest.Builder request(String host, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host + ":" + port() + path));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> get(String path) {
        return send(request(path));
    }

    public JsonNode json(String path) {
        return json(get(path));
    }

    public static JsonNode json(HttpResponse<String> response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException(response.body(), e);
        }
    }

    @Override
    public void close() {
        server.stop().await();
        vertx.close().await();
    }
}
