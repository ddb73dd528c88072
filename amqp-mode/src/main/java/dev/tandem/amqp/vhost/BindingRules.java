package dev.tandem.amqp.vhost;

import dev.tandem.amqp.argument.QueueType;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Destination;
import dev.tandem.amqp.routing.HeadersMatch;
import dev.tandem.amqp.wire.FieldValue;
import java.math.BigInteger;

/** Which bindings an exchange of some type takes; the texts are RabbitMQ's, Erlang terms and all. */
final class BindingRules {
    private static final BigInteger MAX_WEIGHT = BigInteger.valueOf(Integer.MAX_VALUE);

    private BindingRules() {}

    /**
     * Checks a new binding.
     *
     * @throws AmqpException when the type of its source forbids it
     */
    static void check(Binding binding) {
        switch (binding.source().type()) {
            case HEADERS -> checkHeaders(binding);
            case CONSISTENT_HASH -> checkWeight(binding.routingKey());
            case LOCAL_RANDOM -> checkLocal(binding);
            case DIRECT, FANOUT, TOPIC, RANDOM -> {}
        }
    }

    private static void checkHeaders(Binding binding) {
        if (HeadersMatch.of(binding.arguments()).isPresent()) {
            return;
        }
        FieldValue value = binding.arguments().find(HeadersMatch.ARGUMENT).orElseThrow();
        throw invalid(
                value instanceof FieldValue.LongString text
                        ? "Invalid x-match field value <<\"" + text.text()
                                + "\">>; expected all, any, all-with-x, or any-with-x"
                        : "Invalid x-match field type " + value.type().typeName() + " (value " + value.toJava()
                                + "); expected longstr");
    }

    private static void checkWeight(String key) {
        BigInteger weight;
        try {
            weight = new BigInteger(key);
        } catch (NumberFormatException e) {
            throw invalid("The binding key must be an integer: <<\"" + key + "\">>");
        }
        if (weight.signum() <= 0) {
            throw invalid("The binding key must be greater than 0");
        }
        if (weight.compareTo(MAX_WEIGHT) > 0) {
            throw invalid("The binding key must not be greater than " + MAX_WEIGHT);
        }
    }

    private static void checkLocal(Binding binding) {
        if (!binding.routingKey().isEmpty()) {
            throw invalid("Non empty binding '" + binding.routingKey() + "' key not permitted");
        }
        Destination destination = binding.destination();
        if (!(destination instanceof MessageQueue queue)) {
            throw invalid("Destination not found");
        }
        QueueType type = QueueType.of(queue.settings().arguments());
        if (type != QueueType.CLASSIC) {
            throw invalid("Queue type " + type.moduleName() + " not valid for this exchange type");
        }
    }

    private static AmqpException invalid(String text) {
        return new AmqpException(ReplyCode.PRECONDITION_FAILED, text);
    }
}
