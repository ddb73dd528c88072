package dev.tandem.amqp.vhost;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * A wish for an exchange; the type is as the client named it.
 *
 * @param refusalIfNew why the user may not make it; null when it may, whatever it may do with one that exists
 */
public record ExchangeDeclaration(
        String name,
        String type,
        boolean durable,
        boolean autoDelete,
        boolean internal,
        FieldTable arguments,
        @Nullable AmqpException refusalIfNew) {}
