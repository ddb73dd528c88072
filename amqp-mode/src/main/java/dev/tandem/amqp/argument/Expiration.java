package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;

/** The {@code expiration} property: milliseconds as a decimal string (RabbitMQ, "Per-message TTL in publishers"). */
public final class Expiration {
    /** RabbitMQ's bound, a hundred years. */
    private static final long MAX_MILLIS = 100L * 365 * 24 * 60 * 60 * 1000;

    private Expiration() {}

    /**
     * Reads it.
     *
     * @throws AmqpException when it is no such number
     */
    public static long parseMillis(String text) {
        long millis = 0;
        boolean isNumber = !text.isEmpty() && text.length() <= 18;
        for (int i = 0; i < text.length() && isNumber; i++) {
            char c = text.charAt(i);
            isNumber = c >= '0' && c <= '9';
            millis = millis * 10 + (c - '0');
        }
        if (!isNumber) {
            throw invalid(text, "not a number of milliseconds");
        }
        if (millis > MAX_MILLIS) {
            throw invalid(text, "longer than " + MAX_MILLIS + " milliseconds");
        }
        return millis;
    }

    private static AmqpException invalid(String text, String reason) {
        return new AmqpException(ReplyCode.PRECONDITION_FAILED, "invalid expiration '" + text + "': " + reason);
    }
}
