package dev.tandem.amqp.delivery;

import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;

/**
 * How long a queue may go unused before it is deleted ({@code x-expires}; RabbitMQ, "Queue TTL"). Used is a queue that has
 * consumers, is declared again or asked by {@code basic.get}; publishing to it is no use. A start of the broker begins a new
 * lease. Belongs to the queue's owner.
 *
 * <p>Each use only notes the time; the timer that it finds running looks whether the lease is over and sets out again when
 * it is not.
 */
final class QueueLease {
    private final long leaseMillis;
    private final InstantSource clock;
    private final QueueTimer timer;
    private final Runnable onOver;
    private boolean inUse;
    private long lastUseMillis;

    QueueLease(long leaseMillis, EventExecutor owner, InstantSource clock, Runnable onOver) {
        this.leaseMillis = leaseMillis;
        this.clock = clock;
        this.onOver = onOver;
        this.timer = new QueueTimer(owner, clock, this::look);
    }

    /** The queue was used just now. */
    void renew() {
        lastUseMillis = clock.millis();
        if (!inUse) {
            timer.callBy(lastUseMillis + leaseMillis);
        }
    }

    /** The queue has its first consumer, or has lost its last one. */
    void inUse(boolean isInUse) {
        inUse = isInUse;
        renew();
    }

    /** The queue is gone. */
    void end() {
        inUse = true;
        timer.cancel();
    }

    private void look() {
        if (inUse) {
            return;
        }
        long overMillis = lastUseMillis + leaseMillis;
        if (clock.millis() >= overMillis) {
            onOver.run();
        } else {
            timer.callBy(overMillis);
        }
    }
}
