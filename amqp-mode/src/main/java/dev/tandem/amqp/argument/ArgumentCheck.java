package dev.tandem.amqp.argument;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.amqp.wire.ShortString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an argument's value must be; what is wrong otherwise is told in the Erlang terms that RabbitMQ's messages hold. */
@FunctionalInterface
interface ArgumentCheck {

    /**
     * Checks a value.
     *
     * @param all the arguments it stands among
     * @return what is wrong with it, null when nothing is
     */
    @Nullable
    String problemOf(FieldValue value, FieldTable all);

    /** An integer. */
    static @Nullable String integer(FieldValue value, FieldTable all) {
        return value instanceof FieldValue.Int
                ? null
                : "\"expected integer, got " + value.type().typeName() + "\"";
    }

    /** True or false. */
    static @Nullable String bool(FieldValue value, FieldTable all) {
        return value instanceof FieldValue.Bool
                ? null
                : "\"expected boolean, got " + value.type().typeName() + "\"";
    }

    /** An integer from 0 on. */
    static @Nullable String nonNegative(FieldValue value, FieldTable all) {
        return value instanceof FieldValue.Int number && number.value() < 0
                ? "{value_negative," + number.value() + "}"
                : integer(value, all);
    }

    /** A priority: an octet. */
    static @Nullable String priority(FieldValue value, FieldTable all) {
        return value instanceof FieldValue.Int number && number.value() > 255
                ? "{max_value_exceeded," + number.value() + "}"
                : nonNegative(value, all);
    }

    /** A version of classic queues. */
    static @Nullable String queueVersion(FieldValue value, FieldTable all) {
        String problem = nonNegative(value, all);
        if (problem != null) {
            return problem;
        }
        long version = ((FieldValue.Int) value).value();
        return version == 1 || version == 2 ? null : "\"unsupported queue version '" + version + "'\"";
    }

    /** Milliseconds, 0 among them: a message with that is delivered at once or not at all. */
    static @Nullable String millis(FieldValue value, FieldTable all) {
        String problem = nonNegative(value, all);
        if (problem == null && ((FieldValue.Int) value).value() > Expiration.MAX_MILLIS) {
            return "{value_too_big," + ((FieldValue.Int) value).value() + "}";
        }
        return problem;
    }

    /** Milliseconds from 1 on. */
    static @Nullable String positiveMillis(FieldValue value, FieldTable all) {
        if (value instanceof FieldValue.Int number && number.value() == 0) {
            return "{value_zero,0}";
        }
        return millis(value, all);
    }

    /** A text. */
    static @Nullable String text(FieldValue value, FieldTable all) {
        return value instanceof FieldValue.LongString
                ? null
                : "{unacceptable_type," + value.type().typeName() + "}";
    }

    /** A text that fits where names stand on the wire. */
    static @Nullable String shortText(FieldValue value, FieldTable all) {
        if (value instanceof FieldValue.LongString text && text.bytes().length() > ShortString.MAX_LENGTH) {
            return "{too_long," + text.bytes().length() + "}";
        }
        return text(value, all);
    }

    /** One of some texts. */
    static ArgumentCheck oneOf(Set<String> texts, String problem) {
        return (value, all) -> {
            if (!(value instanceof FieldValue.LongString text)) {
                return text(value, all);
            }
            return texts.contains(text.text()) ? null : problem.replace("~", text.text());
        };
    }
}
