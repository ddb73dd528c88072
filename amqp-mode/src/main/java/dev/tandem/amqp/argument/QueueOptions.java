package dev.tandem.amqp.argument;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;

/**
 * What the arguments of a queue mean, once {@link QueueArguments#check} has let them pass.
 *
 * @param messageTtlMillis how long a message may wait ({@code x-message-ttl}); {@link #UNLIMITED} for ever
 * @param expiresMillis how long the queue may go unused ({@code x-expires}); {@link #UNLIMITED} for ever
 */
public record QueueOptions(long messageTtlMillis, long expiresMillis) {
    /** The value of a limit that is not set. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Reads arguments that were checked. */
    public static QueueOptions of(FieldTable arguments) {
        return new QueueOptions(
                number(arguments, QueueArguments.MESSAGE_TTL), number(arguments, QueueArguments.EXPIRES));
    }

    public boolean hasMessageTtl() {
        return messageTtlMillis != UNLIMITED;
    }

    public boolean hasExpires() {
        return expiresMillis != UNLIMITED;
    }

    /**
     * When a message expires in the queue: what comes first of its own expiry and the queue's limit.
     *
     * @param expiresAtMillis when it expires by itself; {@link #UNLIMITED} for never
     */
    public long expiryOf(long arrivalMillis, long expiresAtMillis) {
        return hasMessageTtl() ? Math.min(expiresAtMillis, arrivalMillis + messageTtlMillis) : expiresAtMillis;
    }

    private static long number(FieldTable arguments, String name) {
        return arguments
                .find(name)
                .filter(FieldValue.Int.class::isInstance)
                .map(value -> ((FieldValue.Int) value).value())
                .orElse(UNLIMITED);
    }
}
