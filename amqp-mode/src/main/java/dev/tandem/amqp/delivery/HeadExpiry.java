package dev.tandem.amqp.delivery;

import dev.tandem.storage.record.MessageView;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;

/**
 * When messages expire: at the head of their queue, as in RabbitMQ ("Time-To-Live"). One in the middle stays until it comes
 * to the head. A timer waits for the head alone. Belongs to the queue's owner.
 */
final class HeadExpiry {
    private final InstantSource clock;
    private final QueueTimer timer;
    private final Runnable wake;
    private long watchedHead = -1;
    private volatile boolean mayExpire;

    /**
     * The expiry of a queue's messages.
     *
     * @param wake asks for a turn of the queue
     */
    HeadExpiry(EventExecutor owner, InstantSource clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
        this.timer = new QueueTimer(owner, clock, this::onTimer);
    }

    /** A message that expires is on its way to the queue, or may be in it; any thread. */
    void expect() {
        if (!mayExpire) {
            mayExpire = true;
        }
    }

    /** Whether there ever was a message that expires. */
    boolean isExpected() {
        return mayExpire;
    }

    boolean isExpired(MessageView message) {
        return mayExpire && message.expiresAtMillis() != Long.MAX_VALUE && message.expiresAtMillis() <= clock.millis();
    }

    /** Whether the head was looked at, and has its timer: it may lie far from the tail, and is not read again before. */
    boolean watches(long head) {
        return head == watchedHead;
    }

    /** Sets the timer for a head that has not expired. */
    void watch(MessageView head) {
        watchedHead = head.offset();
        if (head.expiresAtMillis() != Long.MAX_VALUE) {
            timer.callBy(head.expiresAtMillis());
        }
    }

    /** The queue is gone. */
    void end() {
        timer.cancel();
    }

    private void onTimer() {
        watchedHead = -1;
        wake.run();
    }
}
