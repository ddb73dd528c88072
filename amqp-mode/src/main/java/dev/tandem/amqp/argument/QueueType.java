package dev.tandem.amqp.argument;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Kinds of queues ({@code x-queue-type}). Both are the same log here; they differ in what they may be declared with, and in
 * what happens to a message that comes back.
 */
public enum QueueType {
    CLASSIC("classic", Set.of("x-max-priority", "x-queue-mode", "x-queue-version")),
    QUORUM("quorum", Set.of("x-delivery-limit", "x-dead-letter-strategy", "x-quorum-initial-group-size"));

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<String> ownArguments;

    QueueType(String wireName, Set<String> ownArguments) {
        this.wireName = wireName;
        this.ownArguments = ownArguments;
    }

    static Set<String> wireNames() {
        return Arrays.stream(values()).map(type -> type.wireName).collect(Collectors.toUnmodifiableSet());
    }

    /** What arguments that were checked ask for. */
    public static QueueType of(FieldTable arguments) {
        return arguments
                .find(QueueArguments.QUEUE_TYPE)
                .filter(FieldValue.LongString.of(QUORUM.wireName)::equals)
                .map(quorum -> QUORUM)
                .orElse(CLASSIC);
    }

    /** As RabbitMQ's messages name it. */
    public String moduleName() {
        return "rabbit_" + wireName + "_queue";
    }

    /** Whether an argument belongs to queues of another type. */
    boolean isForeign(String argument) {
        return Arrays.stream(values()).anyMatch(type -> type != this && type.ownArguments.contains(argument));
    }

    /**
     * Checks what a queue is declared as.
     *
     * @param queue as error texts name it
     * @throws AmqpException when queues of the type cannot be that
     */
    public void require(String queue, boolean serverNamed, boolean durable, boolean exclusive, boolean autoDelete) {
        if (this == CLASSIC) {
            return;
        }
        if (serverNamed) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED, "Cannot declare a server-named queue for type " + moduleName());
        }
        String wrong = autoDelete ? "auto-delete" : exclusive ? "exclusive-owner" : durable ? "" : "non-durable";
        if (!wrong.isEmpty()) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "invalid property '" + wrong + "' for " + queue);
        }
    }
}
