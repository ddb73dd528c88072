package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Collection;
import java.util.Optional;

/** Whether a declaration asks for what exists already; if not, {@code 406 PRECONDITION_FAILED} says what differs. */
public final class ArgumentEquivalence {
    private ArgumentEquivalence() {}

    /** Compares one property. */
    public static void require(String name, Object received, Object current, String entity) {
        if (!received.equals(current)) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    "inequivalent arg '" + name + "' for " + entity + ": received '" + received + "' but current is '"
                            + current + "'");
        }
    }

    /** Compares arguments by name; integers of any width are one type, as in RabbitMQ. */
    public static void require(Collection<String> names, FieldTable received, FieldTable current, String entity) {
        for (String name : names) {
            Optional<FieldValue> wanted = received.find(name);
            Optional<FieldValue> existing = current.find(name);
            if (!isEquivalent(wanted, existing)) {
                throw new AmqpException(
                        ReplyCode.PRECONDITION_FAILED,
                        "inequivalent arg '" + name + "' for " + entity + ": received " + describe(wanted)
                                + " but current is " + describe(existing));
            }
        }
    }

    private static boolean isEquivalent(Optional<FieldValue> one, Optional<FieldValue> other) {
        if (one.isPresent()
                && other.isPresent()
                && one.get() instanceof FieldValue.Int first
                && other.get() instanceof FieldValue.Int second) {
            return first.value() == second.value();
        }
        return one.equals(other);
    }

    private static String describe(Optional<FieldValue> value) {
        return value.map(present -> "the value '" + present.toJava() + "' of type '"
                        + present.type().typeName() + "'")
                .orElse("none");
    }
}
