package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.Consumer;
import dev.tandem.amqp.delivery.UnackedLedger;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a channel whose oldest delivery stays unacknowledged for too long (RabbitMQ, "Delivery Acknowledgement
 * Timeout").
 *
 * <p>No delivery carries a time. While there are any, the timer ticks, and at each tick {@link TagTimes} notes the last tag
 * given so far.
 */
final class AcknowledgementTimer {
    private static final Logger LOGGER = LoggerFactory.getLogger(AcknowledgementTimer.class);
    private static final long MAX_PERIOD_MILLIS = 60_000;
    private static final int TICKS_PER_TIMEOUT = 20;

    private final Channel channel;
    private final UnackedLedger ledger;
    private final TagTimes times = new TagTimes();
    private long lastTag;
    private long shortestMillis = Long.MAX_VALUE;
    private long periodMillis;
    private long elapsedMillis;
    private @Nullable Future<?> timer;

    AcknowledgementTimer(Channel channel, UnackedLedger ledger) {
        this.channel = channel;
        this.ledger = ledger;
    }

    /** A delivery has to be acknowledged. */
    void delivered(long tag, Consumer consumer) {
        lastTag = tag;
        long timeout = consumer.timeoutMillis();
        if (timeout == 0 || (timer != null && timeout >= shortestMillis)) {
            return;
        }
        shortestMillis = Math.min(shortestMillis, timeout);
        schedule();
    }

    /** The channel is gone. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule() {
        stop();
        periodMillis = Math.max(1, Math.min(MAX_PERIOD_MILLIS, shortestMillis / TICKS_PER_TIMEOUT));
        timer = channel.connection().eventLoop().schedule(this::tick, periodMillis, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        timer = null;
        elapsedMillis += periodMillis;
        Consumer holder = ledger.oldestConsumer();
        if (holder == null) {
            times.clear();
            shortestMillis = Long.MAX_VALUE;
            return;
        }
        times.note(lastTag, elapsedMillis);
        long timeout = holder.timeoutMillis();
        if (timeout != 0 && elapsedMillis - times.timeOf(ledger.oldestTag()) >= timeout) {
            expire(holder, timeout);
        } else {
            schedule();
        }
    }

    private void expire(Consumer holder, long timeoutMillis) {
        LOGGER.warn(
                "{} channel {}: consumer '{}' of {} did not acknowledge delivery {} within {} ms",
                channel.connection().name(),
                channel.number(),
                holder.tag(),
                holder.queue(),
                ledger.oldestTag(),
                timeoutMillis);
        channel.connection()
                .closeChannel(
                        channel.number(),
                        new AmqpException(
                                ReplyCode.PRECONDITION_FAILED,
                                "delivery acknowledgement on channel " + channel.number()
                                        + " timed out. Timeout value used: " + timeoutMillis
                                        + " ms. This timeout value can be configured, see consumers doc guide to learn"
                                        + " more"));
    }
}
