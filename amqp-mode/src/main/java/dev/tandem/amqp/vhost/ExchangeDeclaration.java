package dev.tandem.amqp.vhost;

import dev.tandem.amqp.wire.FieldTable;

/** A wish for an exchange; the type is as the client named it. */
public record ExchangeDeclaration(
        String name, String type, boolean durable, boolean autoDelete, boolean internal, FieldTable arguments) {}
