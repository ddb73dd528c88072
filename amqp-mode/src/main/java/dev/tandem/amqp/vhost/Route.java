package dev.tandem.amqp.vhost;

import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.routing.Exchange;
import java.util.List;

/**
 * The way of a message.
 *
 * @param exchange it was published to
 * @param queues it reaches, each once
 * @param replyAddresses channels it reaches as a direct reply, by name
 * @param goesByKeysAlone whether every message with these routing keys takes this way
 * @param version {@link VirtualHost#routingVersion} when it was found; with another version it may be another way
 */
public record Route(
        Exchange exchange,
        List<MessageQueue> queues,
        List<String> replyAddresses,
        boolean goesByKeysAlone,
        int version) {
    public Route {
        queues = List.copyOf(queues);
        replyAddresses = List.copyOf(replyAddresses);
    }
}
