package dev.tandem.amqp.access;

/**
 * A queue or an exchange, which need not exist.
 *
 * @param kind {@code queue} or {@code exchange}
 * @param name the default exchange goes by {@code amq.default} here
 */
public record Resource(String kind, String name) {

    public static Resource queue(String name) {
        return new Resource("queue", name);
    }

    public static Resource exchange(String name) {
        return new Resource("exchange", name.isEmpty() ? "amq.default" : name);
    }
}
