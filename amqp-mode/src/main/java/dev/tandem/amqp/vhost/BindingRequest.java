package dev.tandem.amqp.vhost;

import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.wire.FieldTable;

/**
 * A binding by the names of its ends.
 *
 * @param toQueue whether the destination names a queue, else an exchange
 * @param connection who asks
 */
public record BindingRequest(
        String source,
        boolean toQueue,
        String destination,
        String routingKey,
        FieldTable arguments,
        ConnectionPort connection) {}
