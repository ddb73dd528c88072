package dev.tandem.amqp.vhost;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a queue.
 *
 * @param serverNamed whether the name is one of {@link ServerNames}, which may begin with {@code amq.}
 * @param connection who asks; an exclusive queue is bound to it
 * @param refusalIfNew why the user may not make it; null when it may, whatever it may do with one that exists
 */
public record QueueDeclaration(
        String name,
        boolean serverNamed,
        boolean durable,
        boolean exclusive,
        boolean autoDelete,
        FieldTable arguments,
        ConnectionPort connection,
        @Nullable AmqpException refusalIfNew) {

    /** An exclusive queue never outlives its connection, so it is not durable whatever was asked for. */
    boolean isEffectivelyDurable() {
        return durable && !exclusive;
    }
}
