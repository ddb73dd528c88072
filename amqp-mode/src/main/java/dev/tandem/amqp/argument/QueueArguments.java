package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Arguments of {@code queue.declare}. Unknown ones are accepted and ignored, as in RabbitMQ; known ones that would change
 * what the queue does, and are not built, are refused rather than ignored.
 */
public final class QueueArguments {
    /** The kind of queue. */
    public static final String QUEUE_TYPE = "x-queue-type";

    /** Known, not built: refused. */
    public static final List<String> REFUSED = List.of(
            "x-message-ttl",
            "x-expires",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-max-length",
            "x-max-length-bytes",
            "x-overflow",
            "x-max-priority",
            "x-single-active-consumer",
            "x-delivery-limit",
            "x-consumer-timeout",
            "x-topic");

    /** Kinds of queues that are built; both are the same here. */
    public static final Set<String> QUEUE_TYPES = Set.of("classic", "quorum");

    private QueueArguments() {}

    /**
     * Checks the arguments of a new queue.
     *
     * @param queue as error texts name it
     * @throws AmqpException naming the argument that is refused
     */
    public static void check(FieldTable arguments, String queue) {
        for (String name : REFUSED) {
            if (arguments.find(name).isPresent()) {
                throw unsupported(name, queue);
            }
        }
        FieldValue type = arguments.find(QUEUE_TYPE).orElse(null);
        if (type == null) {
            return;
        }
        if (!(type instanceof FieldValue.LongString text)) {
            throw invalid(QUEUE_TYPE, queue, "{unacceptable_type," + type.type().typeName() + "}");
        }
        if (text.text().equals("stream")) {
            throw unsupported(QUEUE_TYPE + "=stream", queue);
        }
        if (!QUEUE_TYPES.contains(text.text())) {
            throw invalid(QUEUE_TYPE, queue, "unsupported queue type '" + text.text() + "'");
        }
    }

    /** Names that a redeclaration compares: all known ones that either side has. */
    public static Set<String> compared(FieldTable received, FieldTable current) {
        var names = new TreeSet<String>();
        for (FieldTable table : List.of(received, current)) {
            for (String name : table.entries().keySet()) {
                if (name.equals(QUEUE_TYPE) || REFUSED.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static AmqpException unsupported(String argument, String queue) {
        return new AmqpException(
                ReplyCode.PRECONDITION_FAILED,
                "argument '" + argument + "' for " + queue + " is not supported by this version of Tandem");
    }

    private static AmqpException invalid(String argument, String queue, String reason) {
        return new AmqpException(
                ReplyCode.PRECONDITION_FAILED, "invalid arg '" + argument + "' for " + queue + ": " + reason);
    }
}
