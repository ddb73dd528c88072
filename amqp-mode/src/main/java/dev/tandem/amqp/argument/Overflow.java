package dev.tandem.amqp.argument;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a full queue does ({@code x-overflow}). */
public enum Overflow {
    /** It drops its oldest messages, which are dead-lettered. */
    DROP_HEAD("drop-head"),
    /** It takes no more; publishers hear {@code basic.nack}. */
    REJECT_PUBLISH("reject-publish"),
    /** As {@link #REJECT_PUBLISH}; what it does not take is dead-lettered. */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String wireName;

    Overflow(String wireName) {
        this.wireName = wireName;
    }

    static Set<String> wireNames() {
        return Arrays.stream(values()).map(overflow -> overflow.wireName).collect(Collectors.toUnmodifiableSet());
    }

    static Optional<Overflow> named(String wireName) {
        return Arrays.stream(values())
                .filter(overflow -> overflow.wireName.equals(wireName))
                .findFirst();
    }
}
