package dev.tandem.amqp.delivery;

import org.jspecify.annotations.Nullable;

/**
 * The one consumer of a queue that gets messages until it is gone (RabbitMQ, "Single Active Consumer"). The next one is the
 * one of highest priority that has been there longest. Belongs to the queue's owner.
 */
final class SingleActiveConsumer {
    private final boolean yieldsToPriority;
    private @Nullable Consumer active;

    /**
     * None yet.
     *
     * @param yieldsToPriority whether the active one makes room for one of higher priority, once it has acknowledged what
     *     it has: so quorum queues, not classic ones
     */
    SingleActiveConsumer(boolean yieldsToPriority) {
        this.yieldsToPriority = yieldsToPriority;
    }

    /** A consumer is gone. */
    void removed(Consumer consumer) {
        if (consumer.equals(active)) {
            active = null;
        }
    }

    /**
     * The active consumer, if it may be sent a message.
     *
     * @param first the one that is next when there is no active one
     */
    @Nullable
    Consumer eagerOf(Consumer first) {
        Consumer current = active;
        if (current == null) {
            current = first;
        } else if (yieldsToPriority && first.priority() > current.priority()) {
            if (current.hasUnacked()) {
                return null;
            }
            current = first;
        }
        active = current;
        return current.isEager() ? current : null;
    }
}
