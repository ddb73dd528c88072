package dev.tandem.kafka.testsupport;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A server over a real engine in a directory, on a free port, with clients for it. */
public final class RunningKafka implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final StorageEngine storage;
    private final KafkaServer server;

    public RunningKafka(Path directory) {
        this(directory, KafkaConfig.defaults().withPort(0));
    }

    /** With settings of one's own, the group delay apart; port 0 for a free one. */
    public RunningKafka(Path directory, KafkaConfig config) {
        storage = StorageEngine.open(StorageConfig.defaults(directory));
        server = new KafkaServer(
                vertx, storage, config.withGroupInitialRebalanceDelay(Duration.ZERO), List.of("127.0.0.1"), 2);
        await(server.start());
    }

    public KafkaServer server() {
        return server;
    }

    public StorageEngine storage() {
        return storage;
    }

    public String bootstrap() {
        return "127.0.0.1:" + server.port();
    }

    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    /** A producer of strings with the client's default settings, changed as given. */
    public KafkaProducer<String, String> producer(Map<String, Object> settings) {
        var all = settings(settings);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    /** A consumer of strings with the client's default settings, changed as given. */
    public KafkaConsumer<String, String> consumer(Map<String, Object> settings) {
        var all = settings(settings);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    private Properties settings(Map<String, Object> settings) {
        var all = new Properties();
        all.put("bootstrap.servers", bootstrap());
        all.putAll(settings);
        return all;
    }

    @Override
    public void close() {
        await(server.stop());
        storage.close();
        await(vertx.close());
    }

    private static void await(io.vertx.core.Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
