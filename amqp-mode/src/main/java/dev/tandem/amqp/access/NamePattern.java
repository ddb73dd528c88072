package dev.tandem.amqp.access;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression over names of queues and exchanges. It matches when it is found anywhere in a name; the empty one
 * matches the empty name alone (RabbitMQ, {@code rabbit_auth_backend_internal}).
 *
 * <p>Whoever writes such an expression does not choose the names that it meets. One that would try for long is given up, as
 * RabbitMQ's library gives up at its match limit, and does not match.
 */
final class NamePattern {
    private static final int MAX_STEPS = 1_000_000;
    private static final int MAX_LENGTH = 4096;

    private final Pattern pattern;

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException when it is none
     */
    NamePattern(String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a regular expression has at most " + MAX_LENGTH + " characters");
        }
        try {
            this.pattern = Pattern.compile(expression.isEmpty() ? "^$" : expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + expression + "' is no regular expression: " + e.getDescription(), e);
        }
    }

    boolean matches(String name) {
        try {
            return pattern.matcher(new CountedText(name)).find();
        } catch (TooLong | StackOverflowError e) {
            return false;
        }
    }

    /** Text that can be looked at so many times. */
    private static final class CountedText implements CharSequence {
        private final CharSequence text;
        private int left = MAX_STEPS;

        CountedText(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new TooLong();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLong() {
            super(null, null, false, false);
        }
    }
}
