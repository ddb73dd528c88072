package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.List;

/**
 * What a consistent hash exchange hashes: the routing key, a header or a property (RabbitMQ, "Consistent Hash Exchange
 * Type").
 *
 * @param name of the header or property; empty for the routing key
 */
public record HashSource(Kind kind, String name) {
    /** The argument that names a header. */
    public static final String HEADER_ARGUMENT = "hash-header";

    /** The argument that names a property. */
    public static final String PROPERTY_ARGUMENT = "hash-property";

    /** The properties that it may name. */
    public static final List<String> PROPERTIES = List.of("correlation_id", "message_id", "timestamp");

    /** Where the value stands. */
    public enum Kind {
        ROUTING_KEY,
        HEADER,
        PROPERTY
    }

    /** What the arguments of an exchange say, which were checked when it was declared. */
    static HashSource of(FieldTable arguments) {
        if (arguments.find(HEADER_ARGUMENT).orElse(null) instanceof FieldValue.LongString header) {
            return new HashSource(Kind.HEADER, header.text());
        }
        if (arguments.find(PROPERTY_ARGUMENT).orElse(null) instanceof FieldValue.LongString property) {
            return new HashSource(Kind.PROPERTY, property.text());
        }
        return new HashSource(Kind.ROUTING_KEY, "");
    }

    /** The value of a message; messages without it share the empty one. */
    String valueOf(Address address) {
        return switch (kind) {
            case ROUTING_KEY -> address.firstKey();
            case HEADER ->
                address.properties()
                        .headers()
                        .find(name)
                        .map(value -> String.valueOf(value.toJava()))
                        .orElse("");
            case PROPERTY -> property(address.properties());
        };
    }

    private String property(ContentProperties properties) {
        return switch (name) {
            case "correlation_id" -> properties.correlationId().orElse("");
            case "message_id" -> properties.messageId().orElse("");
            default -> String.valueOf(properties.timestamp());
        };
    }
}
