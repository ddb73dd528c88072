package dev.tandem.amqp.argument;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;

/**
 * What the arguments of a queue mean for its consumers, once {@link QueueArguments#check} has let them pass.
 *
 * @param singleActiveConsumer one consumer at a time gets messages ({@code x-single-active-consumer})
 * @param quorum of type quorum: a consumer of higher priority takes over from the active one; nothing may be got besides
 * @param consumerTimeoutMillis how long a delivery may stay unacknowledged ({@code x-consumer-timeout}); {@link
 *     #UNSET} for the broker's setting
 */
public record ConsumptionOptions(boolean singleActiveConsumer, boolean quorum, long consumerTimeoutMillis) {
    /** No limit of its own. */
    public static final long UNSET = -1;

    private static final FieldValue TRUE = new FieldValue.Bool(true);

    /** Reads arguments that were checked. */
    public static ConsumptionOptions of(FieldTable arguments) {
        return new ConsumptionOptions(
                arguments
                        .find(QueueArguments.SINGLE_ACTIVE_CONSUMER)
                        .filter(TRUE::equals)
                        .isPresent(),
                QueueType.of(arguments) == QueueType.QUORUM,
                number(arguments, QueueArguments.CONSUMER_TIMEOUT, UNSET));
    }

    static long number(FieldTable arguments, String name, long otherwise) {
        return arguments.find(name).orElse(null) instanceof FieldValue.Int number ? number.value() : otherwise;
    }
}
