package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.routing.ExchangeType;
import dev.tandem.amqp.routing.HashSource;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Optional;

/** Arguments of {@code exchange.declare}; unknown ones are ignored, as in RabbitMQ. */
public final class ExchangeArguments {
    private ExchangeArguments() {}

    /**
     * Checks the arguments of a new exchange.
     *
     * @param exchange as error texts name it
     * @throws AmqpException naming what is wrong
     */
    public static void check(ExchangeType type, FieldTable arguments, String exchange) {
        text(Exchange.ALTERNATE_EXCHANGE, arguments, exchange);
        if (type == ExchangeType.CONSISTENT_HASH) {
            checkHashSource(arguments, exchange);
        }
    }

    private static void checkHashSource(FieldTable arguments, String exchange) {
        Optional<String> header = text(HashSource.HEADER_ARGUMENT, arguments, exchange);
        Optional<String> property = text(HashSource.PROPERTY_ARGUMENT, arguments, exchange);
        if (header.isPresent() && property.isPresent()) {
            throw invalid("hash-header and hash-property are mutually exclusive");
        }
        if (property.isPresent() && !HashSource.PROPERTIES.contains(property.get())) {
            throw invalid("Unsupported property: " + property.get());
        }
    }

    private static Optional<String> text(String name, FieldTable arguments, String exchange) {
        FieldValue value = arguments.find(name).orElse(null);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof FieldValue.LongString text)) {
            throw invalid("invalid type '" + value.type().typeName() + "' for arg '" + name + "' in " + exchange);
        }
        return Optional.of(text.text());
    }

    private static AmqpException invalid(String text) {
        return new AmqpException(ReplyCode.PRECONDITION_FAILED, text);
    }
}
