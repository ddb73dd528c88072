package dev.tandem.amqp.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The prefetch limit that all consumers of a channel share: {@code basic.qos} with {@code global}, as RabbitMQ reads it.
 * Taken by queue owners, released by the channel: safe for use from any thread.
 */
public final class ChannelCredit {
    private final AtomicInteger used = new AtomicInteger();
    private volatile int limit;

    /** Sets the limit; 0 for none. */
    public void limit(int prefetchCount) {
        limit = prefetchCount;
    }

    public boolean isLimited() {
        return limit != 0;
    }

    boolean hasRoom() {
        return room() > 0;
    }

    /** How many deliveries more it allows, {@link Long#MAX_VALUE} without limit. */
    long room() {
        int most = limit;
        return most == 0 ? Long.MAX_VALUE : Math.max(0, most - used.get());
    }

    /** Counts a delivery; false, and nothing counted, when the limit is reached. */
    boolean tryTake() {
        int most = limit;
        if (used.incrementAndGet() <= most || most == 0) {
            return true;
        }
        used.decrementAndGet();
        return false;
    }

    /** Counts settled deliveries out. */
    public void release(int count) {
        used.addAndGet(-count);
    }
}
