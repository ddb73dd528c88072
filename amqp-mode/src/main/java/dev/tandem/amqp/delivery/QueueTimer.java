package dev.tandem.amqp.delivery;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The next moment at which something of a queue is due. All queues of an event loop share that loop's own heap of timers;
 * each has at most one entry per purpose in it, which goes when the queue does. Belongs to the queue's owner.
 */
final class QueueTimer {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventExecutor owner;
    private final InstantSource clock;
    private final Runnable onDue;
    private long dueMillis = NEVER;
    private @Nullable ScheduledFuture<?> scheduled;

    QueueTimer(EventExecutor owner, InstantSource clock, Runnable onDue) {
        this.owner = owner;
        this.clock = clock;
        this.onDue = onDue;
    }

    /** Calls back at a time, or before: an earlier time that was asked for stays. */
    void callBy(long millis) {
        if (millis >= dueMillis) {
            return;
        }
        cancel();
        dueMillis = millis;
        long delay = Math.max(0, millis - clock.millis());
        scheduled = owner.schedule(this::due, delay, TimeUnit.MILLISECONDS);
    }

    /** Calls back no more. */
    void cancel() {
        dueMillis = NEVER;
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }

    private void due() {
        dueMillis = NEVER;
        scheduled = null;
        onDue.run();
    }
}
