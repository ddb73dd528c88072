package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;

/** The {@code expiration} property: milliseconds as a decimal string (RabbitMQ, "Per-message TTL in publishers"). */
public final class Expiration {
    /** RabbitMQ's bound, a hundred years. */
    static final long MAX_MILLIS = 100L * 365 * 24 * 60 * 60 * 1000;

    private Expiration() {}

    /**
     * Reads it.
     *
     * @throws AmqpException when it is no such number
     */
    public static long parseMillis(String text) {
        int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int end = digits;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        if (end == digits) {
            throw invalid(text, "no_integer");
        }
        if (end < text.length()) {
            throw invalid(text, "{leftover_string,\"" + text.substring(end) + "\"}");
        }
        // Nineteen digits may be too many for a long.
        long millis = end > 18 ? Long.MAX_VALUE : Long.parseLong(text);
        if (millis < 0 || (text.startsWith("-") && millis == Long.MAX_VALUE)) {
            throw invalid(text, "{value_negative," + text + "}");
        }
        if (millis > MAX_MILLIS) {
            throw invalid(text, "{value_too_big," + text + "}");
        }
        return millis;
    }

    private static AmqpException invalid(String text, String reason) {
        return new AmqpException(ReplyCode.PRECONDITION_FAILED, "invalid expiration '" + text + "': " + reason);
    }
}
