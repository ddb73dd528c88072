package dev.tandem.storage.catalog;

import dev.tandem.storage.record.Slice;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One stored definition. AMQP argument tables are kept as the bytes that the client sent (field table, no length). Every
 * string must have a UTF-8 form; constructors throw {@link IllegalArgumentException} for one that has not.
 */
public sealed interface Definition {

    DefinitionKey key();

    /**
     * A topic.
     *
     * @param logIds one log per partition, in partition order
     * @param configs the configs that were set, by name
     */
    record Topic(String name, UUID id, List<Long> logIds, Map<String, String> configs) implements Definition {
        public Topic {
            logIds = List.copyOf(logIds);
            configs = Map.copyOf(configs);
            UnicodeText.require(name);
            UnicodeText.require(configs);
        }

        @Override
        public DefinitionKey key() {
            return keyOf(name);
        }

        public static DefinitionKey keyOf(String name) {
            return DefinitionKey.of(DefinitionKind.TOPIC, name);
        }
    }

    /** A virtual host. */
    record Vhost(String name) implements Definition {
        public Vhost {
            UnicodeText.require(name);
        }

        @Override
        public DefinitionKey key() {
            return DefinitionKey.of(DefinitionKind.VHOST, name);
        }
    }

    /** A durable exchange. */
    record Exchange(String vhost, String name, String type, boolean autoDelete, boolean internal, Slice arguments)
            implements Definition {
        public Exchange {
            UnicodeText.require(vhost, name, type);
        }

        @Override
        public DefinitionKey key() {
            return keyOf(vhost, name);
        }

        public static DefinitionKey keyOf(String vhost, String name) {
            return DefinitionKey.of(DefinitionKind.EXCHANGE, vhost, name);
        }
    }

    /**
     * A durable queue.
     *
     * @param logId its private log, or the first of several with ids that follow one another; ack sets are cursor 0 of each
     * @param logCount how many logs it has; 0 in a row of version 1, which did not say
     */
    record Queue(String vhost, String name, long logId, int logCount, boolean autoDelete, Slice arguments)
            implements Definition {
        public Queue {
            UnicodeText.require(vhost, name);
        }

        @Override
        public DefinitionKey key() {
            return keyOf(vhost, name);
        }

        public static DefinitionKey keyOf(String vhost, String name) {
            return DefinitionKey.of(DefinitionKind.QUEUE, vhost, name);
        }
    }

    /**
     * A binding of durable things.
     *
     * @param destinationKind {@code queue} or {@code exchange}
     */
    record Binding(
            String vhost, String source, String destinationKind, String destination, String routingKey, Slice arguments)
            implements Definition {
        public Binding {
            UnicodeText.require(vhost, source, destinationKind, destination, routingKey);
        }

        /** The arguments take part in the name: two bindings may differ in them alone. */
        @Override
        public DefinitionKey key() {
            return DefinitionKey.of(
                    DefinitionKind.BINDING,
                    vhost,
                    source,
                    destinationKind,
                    destination,
                    routingKey,
                    arguments.toHexString());
        }
    }

    /**
     * A user.
     *
     * @param passwordHash in the form that {@code hashing} names
     */
    record User(String name, String passwordHash, String hashing, List<String> tags) implements Definition {
        public User {
            tags = List.copyOf(tags);
            UnicodeText.require(name, passwordHash, hashing);
            UnicodeText.require(tags.toArray(String[]::new));
        }

        @Override
        public DefinitionKey key() {
            return keyOf(name);
        }

        public static DefinitionKey keyOf(String name) {
            return DefinitionKey.of(DefinitionKind.USER, name);
        }

        /** Without the hash: it is a secret too. */
        @Override
        public String toString() {
            return "User[name=" + name + ", hashing=" + hashing + ", tags=" + tags + "]";
        }
    }

    /**
     * What a user may do in a virtual host: regular expressions over the names of queues and exchanges. A user without one
     * does not get into the virtual host.
     */
    record Permission(String vhost, String user, String configure, String write, String read) implements Definition {
        public Permission {
            UnicodeText.require(vhost, user, configure, write, read);
        }

        @Override
        public DefinitionKey key() {
            return keyOf(vhost, user);
        }

        public static DefinitionKey keyOf(String vhost, String user) {
            return DefinitionKey.of(DefinitionKind.PERMISSION, vhost, user);
        }
    }

    /**
     * Configs of something that is not a topic.
     *
     * @param scope {@code broker} or {@code group}
     */
    record Config(String scope, String name, Map<String, String> values) implements Definition {
        public Config {
            values = Map.copyOf(values);
            UnicodeText.require(scope, name);
            UnicodeText.require(values);
        }

        @Override
        public DefinitionKey key() {
            return DefinitionKey.of(DefinitionKind.CONFIG, scope, name);
        }
    }
}
