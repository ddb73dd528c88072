package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;

/**
 * A binding; the arguments take part in its identity.
 *
 * @param source the exchange that messages come from
 * @param destination where they go
 */
public record Binding(Exchange source, Destination destination, String routingKey, FieldTable arguments) {

    /** A binding lives on disk when both its ends do. */
    public boolean isDurable() {
        return source.isDurable() && destination.isDurable();
    }
}
