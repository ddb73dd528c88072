package dev.tandem.amqp.delivery;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumers of a queue, served one after the other. Belongs to the queue's owner. */
final class ConsumerRing implements Iterable<Consumer> {
    private final List<Consumer> consumers = new ArrayList<>();
    private int next;

    int size() {
        return consumers.size();
    }

    boolean isEmpty() {
        return consumers.isEmpty();
    }

    /** Whether its one consumer wants no other beside it. */
    boolean isInExclusiveUse() {
        return consumers.size() == 1 && consumers.get(0).isExclusive();
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

    void clear() {
        consumers.clear();
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

    /** How many messages could be sent at once, {@link Long#MAX_VALUE} when a consumer without limit is ready. */
    long deliverable() {
        long sum = 0;
        for (Consumer consumer : consumers) {
            long credit = consumer.credit();
            sum = credit > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + credit;
        }
        return sum;
    }

    /** The next one had its message. */
    void advance() {
        next++;
    }

    /** Sends what was gathered for consumers on other event loops. */
    void flush() {
        for (Consumer consumer : consumers) {
            consumer.flush();
        }
    }

    @Override
    public Iterator<Consumer> iterator() {
        return consumers.iterator();
    }
}
