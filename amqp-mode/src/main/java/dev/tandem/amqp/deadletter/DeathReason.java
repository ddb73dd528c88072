package dev.tandem.amqp.deadletter;

import java.util.Optional;

/** Why a queue drops a message. */
public enum DeathReason {
    /** A consumer rejected it and did not want it back in the queue. */
    REJECTED("rejected"),
    /** It, or the queue's time for messages, ran out. */
    EXPIRED("expired"),
    /** The queue was full. */
    MAXLEN("maxlen"),
    /** It came back more often than the queue allows. */
    DELIVERY_LIMIT("delivery_limit");

    private final String wireName;

    DeathReason(String wireName) {
        this.wireName = wireName;
    }

    /** As {@code x-death} calls it. */
    public String wireName() {
        return wireName;
    }

    static Optional<DeathReason> named(String wireName) {
        for (DeathReason reason : values()) {
            if (reason.wireName.equals(wireName)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
