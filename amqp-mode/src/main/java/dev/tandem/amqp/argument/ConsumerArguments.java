package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Arguments of {@code basic.consume}: unknown ones are ignored, known ones that are not built are refused. */
public final class ConsumerArguments {
    /** Known, not built: refused. */
    public static final List<String> REFUSED =
            List.of("x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered");

    private static final String PRIORITY = "x-priority";
    private static final String TIMEOUT = "x-consumer-timeout";

    private static final Map<String, ArgumentCheck> CHECKS =
            new TreeMap<>(Map.of(PRIORITY, ArgumentCheck::integer, TIMEOUT, ArgumentCheck::nonNegative));

    private ConsumerArguments() {}

    /**
     * Checks the arguments of a consumer.
     *
     * @param queue as error texts name it
     * @throws AmqpException naming the argument that is refused or wrong
     */
    public static void check(FieldTable arguments, String queue) {
        for (String name : REFUSED) {
            if (arguments.find(name).isPresent()) {
                throw new AmqpException(
                        ReplyCode.PRECONDITION_FAILED,
                        "consumer argument '" + name + "' for " + queue
                                + " is not supported by this version of Tandem");
            }
        }
        CHECKS.forEach((name, check) -> arguments.find(name).ifPresent(value -> {
            String problem = check.problemOf(value, arguments);
            if (problem != null) {
                throw new AmqpException(
                        ReplyCode.PRECONDITION_FAILED, "invalid arg '" + name + "' for " + queue + ": " + problem);
            }
        }));
    }

    /** Consumers of higher priority are served first; 0 when none is given. */
    public static long priority(FieldTable arguments) {
        return ConsumptionOptions.number(arguments, PRIORITY, 0);
    }

    /**
     * How long a delivery to a consumer may stay unacknowledged: its own limit, else its queue's, else the broker's; 0
     * for ever.
     */
    public static long timeoutMillis(FieldTable arguments, ConsumptionOptions queue, long otherwise) {
        long queueLimit = queue.consumerTimeoutMillis();
        return ConsumptionOptions.number(
                arguments, TIMEOUT, queueLimit == ConsumptionOptions.UNSET ? otherwise : queueLimit);
    }
}
