package dev.tandem.app;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.net.ListenException;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running broker: the engine, and the servers on it. Started in order, stopped in reverse. */
public final class Broker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Broker.class);

    /** How long the servers have to answer what they began; the whole stop may take 10 s. */
    private static final long SERVERS_STOP_SECONDS = 6;

    private final BrokerConfig config;
    private final Vertx vertx;
    private final StorageEngine storage;
    private final KafkaServer kafka;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Broker(BrokerConfig config, Vertx vertx, StorageEngine storage) {
        int eventLoops = config.effectiveEventLoops();
        this.config = config;
        this.vertx = vertx;
        this.storage = storage;
        this.kafka = new KafkaServer(vertx, storage, config.kafka(), config.bind(), eventLoops);
    }

    /**
     * Starts a broker; when it returns, every port serves.
     *
     * @throws StartException when something outside the program prevents it: a port, the data directory
     */
    public static Broker start(BrokerConfig config) {
        // The engine recovers while Vert.x loads.
        CompletableFuture<StorageEngine> opening = inThread("tandem-open", () -> StorageEngine.open(config.storage()));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(config.effectiveEventLoops()));
        try {
            var broker = new Broker(config, vertx, opening.join());
            try {
                broker.startServers();
            } catch (RuntimeException failure) {
                broker.close();
                throw failure;
            }
            return broker;
        } catch (RuntimeException failure) {
            vertx.close();
            throw startFailure(failure);
        }
    }

    /** Where Kafka clients connect, as {@code host:port}. */
    public String kafkaBootstrap() {
        return ClientAddress.host(config.bind()) + ":" + kafka.port();
    }

    /** The directory that holds everything stored. */
    public Path dataDir() {
        return config.dataDir().toAbsolutePath().normalize();
    }

    /** Answers what was begun, stores everything and ends all threads. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        await("the Kafka server", kafka.stop());
        storage.close();
        await("Vert.x", vertx.close());
    }

    private void startServers() {
        kafka.start().toCompletionStage().toCompletableFuture().join();
    }

    private static void await(String what, Future<Void> stopping) {
        try {
            stopping.toCompletionStage().toCompletableFuture().get(SERVERS_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            LOGGER.warn("{} did not stop within {} s", what, SERVERS_STOP_SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failure) {
            LOGGER.warn("{} did not stop cleanly", what, failure.getCause());
        }
    }

    private static RuntimeException startFailure(RuntimeException failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ListenException || cause instanceof StorageException) {
            return new StartException(String.valueOf(cause.getMessage()), cause);
        }
        return failure;
    }

    private static <T> CompletableFuture<T> inThread(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task, name).start());
    }
}
