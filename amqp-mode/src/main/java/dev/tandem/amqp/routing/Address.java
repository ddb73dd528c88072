package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.ContentProperties;
import java.util.List;

/**
 * What exchanges look at in a message.
 *
 * @param routingKeys the one it was published with, then those of its headers {@code CC} and {@code BCC}
 */
public record Address(List<String> routingKeys, ContentProperties properties) {
    public Address {
        routingKeys = List.copyOf(routingKeys);
    }

    /** The routing key it was published with. */
    String firstKey() {
        return routingKeys.get(0);
    }
}
