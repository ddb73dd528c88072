package dev.tandem.amqp.argument;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a queue mean, once {@link QueueArguments#check} has let them pass.
 *
 * @param messageTtlMillis how long a message may wait ({@code x-message-ttl}); {@link #UNLIMITED} for ever
 * @param expiresMillis how long the queue may go unused ({@code x-expires}); {@link #UNLIMITED} for ever
 * @param deadLetterExchange where messages go that the queue drops ({@code x-dead-letter-exchange}); null for nowhere
 * @param deadLetterRoutingKey with what ({@code x-dead-letter-routing-key}); null for the keys that they have
 * @param maxLength how many messages may be ready ({@code x-max-length}); {@link #UNLIMITED} for any number
 * @param overflow what the queue does when it is full ({@code x-overflow})
 * @param type the kind of queue ({@code x-queue-type})
 * @param deliveryLimit how often a message may come back ({@code x-delivery-limit}); {@link #UNLIMITED} for any number
 * @param maxPriority the highest priority that is told from lower ones ({@code x-max-priority})
 * @param maxLengthBytes how many bytes the bodies of ready messages may have ({@code x-max-length-bytes}); {@link #UNLIMITED}
 *     for any number
 * @param deadLettersAtLeastOnce whether what the queue drops stays in it until all queues have it that it goes to ({@code
 *     x-dead-letter-strategy}, effective with {@code x-overflow} {@code reject-publish} alone)
 */
public record QueueOptions(
        long messageTtlMillis,
        long expiresMillis,
        @Nullable String deadLetterExchange,
        @Nullable String deadLetterRoutingKey,
        long maxLength,
        Overflow overflow,
        QueueType type,
        long deliveryLimit,
        int maxPriority,
        long maxLengthBytes,
        boolean deadLettersAtLeastOnce) {
    /** The value of a limit that is not set. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Of quorum queues that are declared without, since RabbitMQ 4.0. */
    private static final long DEFAULT_DELIVERY_LIMIT = 20;

    /** Reads arguments that were checked. */
    public static QueueOptions of(FieldTable arguments) {
        QueueType type = QueueType.of(arguments);
        Overflow overflow = overflow(arguments, type);
        return new QueueOptions(
                number(arguments, QueueArguments.MESSAGE_TTL),
                number(arguments, QueueArguments.EXPIRES),
                text(arguments, QueueArguments.DEAD_LETTER_EXCHANGE),
                text(arguments, QueueArguments.DEAD_LETTER_ROUTING_KEY),
                number(arguments, QueueArguments.MAX_LENGTH),
                overflow,
                type,
                deliveryLimit(arguments, type),
                arguments.find(QueueArguments.MAX_PRIORITY).isPresent()
                        ? (int) number(arguments, QueueArguments.MAX_PRIORITY)
                        : 0,
                number(arguments, QueueArguments.MAX_LENGTH_BYTES),
                overflow == Overflow.REJECT_PUBLISH && asksForAtLeastOnce(arguments));
    }

    /** The topic that a queue is an ack set over; null for a queue with messages of its own. */
    public static @Nullable String topicOf(FieldTable arguments) {
        return text(arguments, QueueArguments.TOPIC);
    }

    /** Whether a queue was to dead-letter at least once. */
    public static boolean asksForAtLeastOnce(FieldTable arguments) {
        return "at-least-once".equals(text(arguments, QueueArguments.DEAD_LETTER_STRATEGY));
    }

    /** {@link #deadLetterExchange} of arguments that need not have been checked. */
    public static @Nullable String deadLetterExchangeOf(FieldTable arguments) {
        return text(arguments, QueueArguments.DEAD_LETTER_EXCHANGE);
    }

    public boolean hasMessageTtl() {
        return messageTtlMillis != UNLIMITED;
    }

    public boolean hasExpires() {
        return expiresMillis != UNLIMITED;
    }

    public boolean hasDeadLetterExchange() {
        return deadLetterExchange != null;
    }

    /** How many priorities are told apart; two in quorum queues, since RabbitMQ 4.0. */
    public int lanes() {
        return type == QueueType.QUORUM ? 2 : maxPriority + 1;
    }

    /**
     * When a message expires in the queue: what comes first of its own expiry and the queue's limit.
     *
     * @param expiresAtMillis when it expires by itself; {@link #UNLIMITED} for never
     */
    public long expiryOf(long arrivalMillis, long expiresAtMillis) {
        return hasMessageTtl() ? Math.min(expiresAtMillis, arrivalMillis + messageTtlMillis) : expiresAtMillis;
    }

    /** Quorum queues know no dead-lettering of what they reject, and drop instead, as in RabbitMQ. */
    private static Overflow overflow(FieldTable arguments, QueueType type) {
        return Optional.ofNullable(text(arguments, QueueArguments.OVERFLOW))
                .flatMap(Overflow::named)
                .filter(overflow -> overflow != Overflow.REJECT_PUBLISH_DLX || type != QueueType.QUORUM)
                .orElse(Overflow.DROP_HEAD);
    }

    private static long deliveryLimit(FieldTable arguments, QueueType type) {
        if (type != QueueType.QUORUM) {
            return UNLIMITED;
        }
        long limit = number(arguments, QueueArguments.DELIVERY_LIMIT);
        return limit == UNLIMITED ? DEFAULT_DELIVERY_LIMIT : limit < 0 ? UNLIMITED : limit;
    }

    private static long number(FieldTable arguments, String name) {
        return arguments
                .find(name)
                .filter(FieldValue.Int.class::isInstance)
                .map(value -> ((FieldValue.Int) value).value())
                .orElse(UNLIMITED);
    }

    private static @Nullable String text(FieldTable arguments, String name) {
        return arguments.find(name).orElse(null) instanceof FieldValue.LongString text ? text.text() : null;
    }
}
