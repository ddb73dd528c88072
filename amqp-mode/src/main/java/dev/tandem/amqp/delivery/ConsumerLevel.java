package dev.tandem.amqp.delivery;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumers of a queue that have the same priority, served one after the other. Belongs to the queue's owner. */
final class ConsumerLevel implements Iterable<Consumer> {
    private final long priority;
    private final List<Consumer> consumers = new ArrayList<>();
    private int next;

    ConsumerLevel(long priority) {
        this.priority = priority;
    }

    long priority() {
        return priority;
    }

    boolean isEmpty() {
        return consumers.isEmpty();
    }

    /** The one that has been here longest; there is one. */
    Consumer first() {
        return consumers.get(0);
    }

    void add(Consumer consumer) {
        consumers.add(consumer);
    }

    /** Removes a consumer; false when it is not here. */
    boolean remove(Consumer consumer) {
        int index = consumers.indexOf(consumer);
        if (index < 0) {
            return false;
        }
        consumers.remove(index);
        if (index < next) {
            next--;
        }
        return true;
    }

    /** The next consumer in turn that may be sent a message, or null; it stays next until {@link #advance}. */
    @Nullable
    Consumer nextEager() {
        for (int i = 0; i < consumers.size(); i++) {
            if (next >= consumers.size()) {
                next = 0;
            }
            Consumer consumer = consumers.get(next);
            if (consumer.isEager()) {
                return consumer;
            }
            next++;
        }
        return null;
    }

    /** The next one had its message. */
    void advance() {
        next++;
    }

    @Override
    public Iterator<Consumer> iterator() {
        return consumers.iterator();
    }
}
