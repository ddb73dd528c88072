package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import java.util.List;

/** Arguments of {@code basic.consume}: unknown ones are ignored, known ones that are not built are refused. */
public final class ConsumerArguments {
    /** Known, not built: refused. */
    public static final List<String> REFUSED = List.of(
            "x-priority", "x-consumer-timeout", "x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered");

    private ConsumerArguments() {}

    /**
     * Checks the arguments of a consumer.
     *
     * @param queue as error texts name it
     * @throws AmqpException naming the argument that is refused
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
    }
}
