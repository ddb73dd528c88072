package dev.tandem.app;

import dev.tandem.amqp.AmqpServer;
import dev.tandem.app.config.BrokerConfig;
import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.ConsoleServer;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.kafka.record.KafkaRecordUnpacker;
import dev.tandem.net.ListenException;
import dev.tandem.storage.StorageConfig;
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
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running broker: the engine, and the three servers on it. Started in order, stopped in reverse. */
public final class Broker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Broker.class);

    /** How long the servers have to answer what they began; the whole stop may take 10 s. */
    private static final long STOP_SECONDS = 6;

    private final BrokerConfig config;
    private final Vertx vertx;
    private final StorageEngine storage;
    private final KafkaServer kafka;
    private final AmqpServer amqp;
    private final ConsoleServer console;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ready;

    private Broker(BrokerConfig config, Vertx vertx, StorageEngine storage) {
        int eventLoops = config.effectiveEventLoops();
        this.config = config;
        this.vertx = vertx;
        this.storage = storage;
        this.kafka = new KafkaServer(vertx, storage, config.kafka(), config.bind(), eventLoops);
        this.amqp =
                new AmqpServer(vertx, storage, KafkaRecordUnpacker.INSTANCE, config.amqp(), config.bind(), eventLoops);
        this.console = new ConsoleServer(
                vertx,
                kafka.admin(),
                amqp.admin(),
                config.console(),
                config.bind(),
                new BrokerInfo(
                        BuildInfo.version(),
                        config.storage(),
                        storage::metrics,
                        () -> storage.alarm().or(storage::damage),
                        storage::backup,
                        () -> addresses(amqpUri()),
                        () -> addresses(amqpUriWithPassword()),
                        () -> ready));
    }

    /**
     * Starts a broker; when it returns, every port serves.
     *
     * @throws StartException when something outside the program prevents it: a port, the data directory
     */
    public static Broker start(BrokerConfig config) {
        StorageConfig storage = config.storage().fittedTo(Runtime.getRuntime().maxMemory());
        // The engine recovers while Vert.x loads.
        CompletableFuture<StorageEngine> opening = inThread("tandem-open", () -> StorageEngine.open(storage));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(config.effectiveEventLoops()));
        try {
            var broker = new Broker(config, vertx, opening.join());
            try {
                broker.startServers();
                tellWhenHeapIsSmall(config.storage(), storage);
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
        return clientHost() + ":" + boundOr(config.kafka().port(), kafka::port);
    }

    /**
     * Where AMQP clients connect; a password that was chosen by the user is left out. Without a path it means the
     * default virtual host: a slash at the end would mean, to some clients, the one with the empty name.
     */
    public String amqpUri() {
        return ClientAddress.amqpUri(config, boundOr(config.amqp().port(), amqp::port));
    }

    /** {@link #amqpUri} with the password, whatever it is: for a program that embeds this broker, never for show. */
    String amqpUriWithPassword() {
        return ClientAddress.amqpUriWithPassword(config, boundOr(config.amqp().port(), amqp::port));
    }

    /** Where the console is. */
    public String consoleUri() {
        return "http://" + clientHost() + ":" + console.port() + "/";
    }

    /** The directory that holds everything stored. */
    public Path dataDir() {
        return config.dataDir().toAbsolutePath().normalize();
    }

    /** Deletes all topics, groups, queues and exchanges that clients have made. */
    void reset() {
        Reset.run(kafka.admin(), amqp.admin());
    }

    /** Answers what was begun, stores everything and ends all threads. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // The console goes on saying that the broker is not ready while clients are told to go.
        ready = false;
        await("a protocol server", Future.join(kafka.stop(), amqp.stop()).mapEmpty());
        await("the console", console.stop());
        storage.close();
        await("Vert.x", vertx.close());
    }

    private void startServers() {
        // Until a start first waits it runs on its caller, and most of that is loading classes.
        CompletableFuture.allOf(
                        inThread("tandem-start-kafka", kafka::start).thenCompose(Future::toCompletionStage),
                        inThread("tandem-start-amqp", amqp::start).thenCompose(Future::toCompletionStage),
                        inThread("tandem-start-console", console::start).thenCompose(Future::toCompletionStage))
                .join();
        ready = true;
    }

    private BrokerAddresses addresses(String amqp) {
        return new BrokerAddresses(kafkaBootstrap(), amqp);
    }

    /** The console may be asked while the other servers still start; then the configured port has to do. */
    private int boundOr(int configured, IntSupplier bound) {
        return ready ? bound.getAsInt() : configured;
    }

    private String clientHost() {
        return ClientAddress.host(config.bind());
    }

    private static void await(String what, Future<Void> stopping) {
        try {
            stopping.toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            LOGGER.warn("{} did not stop within {} s", what, STOP_SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failure) {
            LOGGER.warn("{} did not stop cleanly", what, failure.getCause());
        }
    }

    /** What the engine keeps on the heap grows to its bound under load: on a small heap there is less of it. */
    private static void tellWhenHeapIsSmall(StorageConfig wanted, StorageConfig fitted) {
        if (!fitted.equals(wanted)) {
            LOGGER.info(
                    "the Java heap is small: storage.memory-bytes is taken as {} MiB instead of {} MiB"
                            + " (TANDEM_JAVA_OPTS=-Xmx... gives it more)",
                    fitted.memoryBytes() >> 20,
                    wanted.memoryBytes() >> 20);
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
