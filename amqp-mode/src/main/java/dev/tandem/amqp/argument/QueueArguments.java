package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Arguments of {@code queue.declare}. Unknown ones are accepted and ignored, as in RabbitMQ; values that would change
 * what the queue does, and are not built, are refused rather than ignored. {@link QueueOptions} and {@link
 * ConsumptionOptions} say what they mean.
 */
public final class QueueArguments {
    /** The kind of queue. */
    public static final String QUEUE_TYPE = "x-queue-type";

    /** The topic that the queue is an ack set over. */
    static final String TOPIC = "x-topic";

    static final String SINGLE_ACTIVE_CONSUMER = "x-single-active-consumer";
    static final String CONSUMER_TIMEOUT = "x-consumer-timeout";
    static final String MESSAGE_TTL = "x-message-ttl";
    static final String EXPIRES = "x-expires";
    static final String MAX_LENGTH = "x-max-length";
    static final String MAX_LENGTH_BYTES = "x-max-length-bytes";
    static final String OVERFLOW = "x-overflow";
    static final String MAX_PRIORITY = "x-max-priority";
    static final String DELIVERY_LIMIT = "x-delivery-limit";
    static final String DEAD_LETTER_STRATEGY = "x-dead-letter-strategy";
    static final String DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";
    static final String DEAD_LETTER_ROUTING_KEY = "x-dead-letter-routing-key";

    /** In the order in which RabbitMQ checks them. */
    private static final Map<String, ArgumentCheck> CHECKS = new LinkedHashMap<>();

    static {
        CHECKS.put(QUEUE_TYPE, ArgumentCheck.oneOf(QueueType.wireNames(), "\"unsupported queue type '~'\""));
        CHECKS.put(EXPIRES, ArgumentCheck::positiveMillis);
        CHECKS.put(MESSAGE_TTL, ArgumentCheck::millis);
        CHECKS.put(DEAD_LETTER_EXCHANGE, ArgumentCheck::shortText);
        CHECKS.put(DEAD_LETTER_ROUTING_KEY, (value, all) -> {
            String problem = ArgumentCheck.shortText(value, all);
            boolean hasExchange = all.find(DEAD_LETTER_EXCHANGE).isPresent();
            return problem == null && !hasExchange ? "routing_key_but_no_dlx_defined" : problem;
        });
        CHECKS.put(
                DEAD_LETTER_STRATEGY,
                ArgumentCheck.oneOf(Set.of("at-most-once", "at-least-once"), "invalid_dlx_strategy"));
        CHECKS.put(MAX_LENGTH, ArgumentCheck::nonNegative);
        CHECKS.put(MAX_LENGTH_BYTES, ArgumentCheck::nonNegative);
        CHECKS.put(MAX_PRIORITY, ArgumentCheck::priority);
        CHECKS.put(OVERFLOW, ArgumentCheck.oneOf(Overflow.wireNames(), "invalid_overflow"));
        CHECKS.put("x-queue-mode", ArgumentCheck.oneOf(Set.of("default", "lazy"), "\"unsupported queue mode '~'\""));
        CHECKS.put("x-queue-version", ArgumentCheck::queueVersion);
        CHECKS.put(DELIVERY_LIMIT, ArgumentCheck::integer);
        CHECKS.put(SINGLE_ACTIVE_CONSUMER, ArgumentCheck::bool);
        CHECKS.put(CONSUMER_TIMEOUT, ArgumentCheck::nonNegative);
        CHECKS.put(TOPIC, ArgumentCheck::text);
    }

    /** What a queue over a topic cannot be declared with: it would change messages that others read. */
    private static final List<String> NOT_OVER_A_TOPIC = List.of(
            MAX_PRIORITY,
            MESSAGE_TTL,
            MAX_LENGTH,
            MAX_LENGTH_BYTES,
            OVERFLOW,
            DEAD_LETTER_EXCHANGE,
            DEAD_LETTER_ROUTING_KEY,
            DEAD_LETTER_STRATEGY);

    private QueueArguments() {}

    /**
     * Checks the arguments of a new queue.
     *
     * @param queue as error texts name it
     * @throws AmqpException naming the argument that is refused or wrong
     */
    public static void check(FieldTable arguments, String queue) {
        refuse(arguments, QUEUE_TYPE, "stream", queue);
        CHECKS.forEach((name, check) -> arguments.find(name).ifPresent(value -> {
            String problem = check.problemOf(value, arguments);
            if (problem != null) {
                throw new AmqpException(
                        ReplyCode.PRECONDITION_FAILED, "invalid arg '" + name + "' for " + queue + ": " + problem);
            }
        }));
        QueueType type = QueueType.of(arguments);
        for (String name : arguments.entries().keySet()) {
            if (type.isForeign(name)) {
                throw new AmqpException(
                        ReplyCode.PRECONDITION_FAILED,
                        "invalid arg '" + name + "' for " + queue + " of queue type " + type.moduleName());
            }
        }
        if (arguments.find(TOPIC).isPresent()) {
            checkOverTopic(arguments, type, queue);
        }
    }

    private static void checkOverTopic(FieldTable arguments, QueueType type, String queue) {
        for (String name : NOT_OVER_A_TOPIC) {
            if (arguments.find(name).isPresent()) {
                throw notOverTopic(name, queue);
            }
        }
        if (type != QueueType.CLASSIC) {
            throw notOverTopic(QUEUE_TYPE, queue);
        }
    }

    private static AmqpException notOverTopic(String name, String queue) {
        return new AmqpException(
                ReplyCode.PRECONDITION_FAILED,
                "invalid arg '" + name + "' for " + queue + ": a queue with x-topic cannot have it");
    }

    private static void refuse(FieldTable arguments, String name, String value, String queue) {
        if (arguments.find(name).filter(FieldValue.LongString.of(value)::equals).isPresent()) {
            throw unsupported(name + "=" + value, queue);
        }
    }

    /** Names that a redeclaration compares: all known ones that either side has. */
    public static Set<String> compared(FieldTable received, FieldTable current) {
        var names = new TreeSet<String>();
        for (FieldTable table : List.of(received, current)) {
            for (String name : table.entries().keySet()) {
                if (CHECKS.containsKey(name)) {
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
}
