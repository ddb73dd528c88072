package dev.tandem.amqp.deadletter;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All deaths of a message, the latest first; each queue and reason once.
 *
 * @param deaths the latest first
 */
record DeathHistory(List<Death> deaths) {
    /** The header that holds it. */
    static final String HEADER = "x-death";

    static final DeathHistory NONE = new DeathHistory(List.of());

    DeathHistory {
        deaths = List.copyOf(deaths);
    }

    /** The history in the headers of a message that the broker dead-lettered before. */
    static DeathHistory of(FieldTable headers) {
        FieldValue value = headers.find(HEADER).orElse(null);
        if (!(value instanceof FieldValue.Array entries)) {
            return NONE;
        }
        return new DeathHistory(entries.values().stream()
                .map(Death::ofField)
                .flatMap(Optional::stream)
                .toList());
    }

    boolean isEmpty() {
        return deaths.isEmpty();
    }

    /** With one death more; one of the same queue and reason is counted up, and is the latest now. */
    DeathHistory with(Death death) {
        var all = new ArrayList<Death>(deaths.size() + 1);
        all.add(death);
        for (Death before : deaths) {
            if (before.isOf(death.queue(), death.reason())) {
                all.set(0, before.again());
            } else {
                all.add(before);
            }
        }
        return new DeathHistory(all);
    }

    /**
     * Whether a message that came here would go round for ever: it was in the queue before, and no client has rejected it
     * since.
     */
    boolean isCycle(String targetQueue) {
        for (Death death : deaths) {
            if (death.reason() == DeathReason.REJECTED) {
                return false;
            }
            if (death.queue().equals(targetQueue)) {
                return true;
            }
        }
        return false;
    }

    FieldValue toField() {
        return new FieldValue.Array(deaths.stream().map(Death::toField).toList());
    }
}
