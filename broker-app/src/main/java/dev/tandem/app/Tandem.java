package dev.tandem.app;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.ConfigLoader;
import dev.tandem.app.config.ConfigSource;
import dev.tandem.app.config.ConfigSource.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A broker inside another program, made for tests.
 *
 * <pre>{@code
 * try (var tandem = Tandem.start()) {
 *     properties.put("bootstrap.servers", tandem.kafkaBootstrap());
 *     connectionFactory.setUri(tandem.amqpUri());
 * }
 * }</pre>
 *
 * <p>It listens on free ports of the loopback addresses and keeps its data in a temporary directory that is deleted
 * when it closes. Logging and environment of the program around it are left alone. Safe for use from any thread.
 */
public final class Tandem implements AutoCloseable {
    private final Broker broker;
    private final Optional<Path> temporaryDirectory;

    private Tandem(Broker broker, Optional<Path> temporaryDirectory) {
        this.broker = broker;
        this.temporaryDirectory = temporaryDirectory;
    }

    /** Starts a broker on free ports with a temporary directory. */
    public static Tandem start() {
        return builder().start();
    }

    /** For chosen ports, a directory that stays, or other settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** For {@code bootstrap.servers}. */
    public String kafkaBootstrap() {
        return broker.kafkaBootstrap();
    }

    /** For {@code ConnectionFactory.setUri}: with user and password, the default virtual host. */
    public String amqpUri() {
        return broker.amqpUriWithPassword();
    }

    /** The console, its API, {@code readyz} and {@code metrics}; ends with a slash. */
    public String consoleUri() {
        return broker.consoleUri();
    }

    /** The directory that holds everything stored. */
    public Path dataDir() {
        return broker.dataDir();
    }

    /**
     * Deletes what clients have made, for the next test to begin with an empty broker: topics, consumer groups, queues
     * and exchanges, with everything in them and all bindings between them. Connections stay open; consumers that still
     * run find their queue or topic gone.
     *
     * @throws IllegalStateException when something could not be deleted, for example because a client made it anew
     */
    public void reset() {
        broker.reset();
    }

    /** Stops the broker, and deletes its directory if it was a temporary one. Idempotent. */
    @Override
    public void close() {
        broker.close();
        temporaryDirectory.ifPresent(Tandem::deleteTree);
    }

    private static void deleteTree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
    }

    /** Settings of an embedded broker, the defaults of the program but for free ports and quick rebalances. */
    public static final class Builder {
        private final Map<String, Entry> settings = new HashMap<>();

        private Builder() {
            for (String port : List.of("kafka.port", "amqp.port", "console.port")) {
                set(port, "0");
            }
            // Nobody wants to wait for more members, or for news of them, in a test.
            set("kafka.group-initial-rebalance-delay", "0");
            set("kafka.group-heartbeat-interval", "100ms");
        }

        /** Listens for Kafka clients on a fixed port. */
        public Builder kafkaPort(int port) {
            return set("kafka.port", Integer.toString(port));
        }

        /** Listens for AMQP clients on a fixed port. */
        public Builder amqpPort(int port) {
            return set("amqp.port", Integer.toString(port));
        }

        /** Serves the console on a fixed port. */
        public Builder consolePort(int port) {
            return set("console.port", Integer.toString(port));
        }

        /** Keeps the data in a directory that is not deleted, so that another broker can be started on it. */
        public Builder dataDir(Path directory) {
            return set("data-dir", directory.toString());
        }

        /** Sets any key of the configuration, such as {@code kafka.num-partitions}. */
        public Builder set(String key, String value) {
            settings.put(key, new Entry(value, "Tandem.builder()"));
            return this;
        }

        /**
         * Starts the broker; when it returns, every port serves.
         *
         * @throws dev.tandem.app.config.ConfigException when a key is unknown or a value cannot be used
         * @throws StartException when a port or the directory cannot be had
         */
        public Tandem start() {
            Optional<Path> temporary =
                    settings.containsKey("data-dir") ? Optional.empty() : Optional.of(temporaryDirectory());
            temporary.ifPresent(this::dataDir);
            try {
                BrokerConfig config = ConfigLoader.ofBroker()
                        .load(new ConfigSource(settings), Map.of(), Optional.empty())
                        .config();
                return new Tandem(Broker.start(config), temporary);
            } catch (RuntimeException failure) {
                temporary.ifPresent(Tandem::deleteTree);
                throw failure;
            }
        }

        private static Path temporaryDirectory() {
            try {
                return Files.createTempDirectory("tandem-");
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }
    }
}
