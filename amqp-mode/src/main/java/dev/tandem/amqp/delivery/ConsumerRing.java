package dev.tandem.amqp.delivery;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue: the highest priority that may be sent a message is served, those of the same priority one after
 * the other (RabbitMQ, "Consumer Priorities"). Belongs to the queue's owner.
 */
final class ConsumerRing implements Iterable<Consumer> {
    private final @Nullable SingleActiveConsumer single;
    /** By priority, highest first. */
    private final List<ConsumerLevel> levels = new ArrayList<>();

    private int size;
    private @Nullable ConsumerLevel serving;

    /**
     * No consumers.
     *
     * @param single picks the one that is served alone; null to serve all
     */
    ConsumerRing(@Nullable SingleActiveConsumer single) {
        this.single = single;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether a consumer must not join: because it, or the one that is here, wants no other beside it. */
    boolean forbids(Consumer consumer) {
        boolean isInExclusiveUse = size == 1 && iterator().next().isExclusive();
        return isInExclusiveUse || (consumer.isExclusive() && (size > 0 || single != null));
    }

    void add(Consumer consumer) {
        int at = 0;
        while (at < levels.size() && levels.get(at).priority() > consumer.priority()) {
            at++;
        }
        if (at == levels.size() || levels.get(at).priority() != consumer.priority()) {
            levels.add(at, new ConsumerLevel(consumer.priority()));
        }
        levels.get(at).add(consumer);
        size++;
    }

    /** Removes a consumer; false when it is not here. */
    boolean remove(Consumer consumer) {
        for (ConsumerLevel level : levels) {
            if (level.remove(consumer)) {
                size--;
                if (level.isEmpty()) {
                    levels.remove(level);
                }
                if (single != null) {
                    single.removed(consumer);
                }
                return true;
            }
        }
        return false;
    }

    void clear() {
        levels.clear();
        size = 0;
    }

    /** The next consumer in turn that may be sent a message, or null; it stays next until {@link #advance}. */
    @Nullable
    Consumer nextEager() {
        if (single != null) {
            return isEmpty() ? null : single.eagerOf(levels.get(0).first());
        }
        for (ConsumerLevel level : levels) {
            Consumer consumer = level.nextEager();
            if (consumer != null) {
                serving = level;
                return consumer;
            }
        }
        return null;
    }

    /** How many messages could be sent at once, {@link Long#MAX_VALUE} when a consumer without limit is ready. */
    long deliverable() {
        if (single != null) {
            Consumer active = nextEager();
            return active == null ? 0 : active.credit();
        }
        long sum = 0;
        for (ConsumerLevel level : levels) {
            for (Consumer consumer : level) {
                long credit = consumer.credit();
                sum = credit > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + credit;
            }
        }
        return sum;
    }

    /** The next one had its message. */
    void advance() {
        if (serving != null) {
            serving.advance();
        }
    }

    /** Sends what was gathered for consumers on other event loops. */
    void flush() {
        for (ConsumerLevel level : levels) {
            for (Consumer consumer : level) {
                consumer.flush();
            }
        }
    }

    @Override
    public Iterator<Consumer> iterator() {
        var all = new ArrayList<Consumer>(size);
        for (ConsumerLevel level : levels) {
            for (Consumer consumer : level) {
                all.add(consumer);
            }
        }
        return all.iterator();
    }
}
