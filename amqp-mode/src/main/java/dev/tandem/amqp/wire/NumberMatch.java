package dev.tandem.amqp.wire;

/** Compares numbers of field tables by value, as Erlang's {@code ==} does. */
final class NumberMatch {
    private NumberMatch() {}

    /** Whether the other value is this integer. */
    static boolean matches(long value, FieldValue other) {
        if (other instanceof FieldValue.Int number) {
            return number.value() == value;
        }
        if (other instanceof FieldValue.Timestamp timestamp) {
            return timestamp.seconds() == value;
        }
        return matches((double) value, other);
    }

    /** Whether the other value is this number. */
    static boolean matches(double value, FieldValue other) {
        if (other instanceof FieldValue.Float64 number) {
            return number.value() == value;
        }
        if (other instanceof FieldValue.Float32 number) {
            return number.value() == value;
        }
        if (other instanceof FieldValue.Int number) {
            return number.value() == value;
        }
        return other instanceof FieldValue.Timestamp timestamp && timestamp.seconds() == value;
    }
}
