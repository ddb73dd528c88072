package dev.tandem.amqp.testsupport;

import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** An event loop whose tasks run when a test says so, on the test's thread. */
public final class ManualLoop extends AbstractEventExecutor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<ManualTimer> timers = new ArrayList<>();

    /** Runs tasks until there are none; the result is how many. */
    public int runAll() {
        int count = 0;
        while (!tasks.isEmpty()) {
            tasks.remove().run();
            count++;
        }
        return count;
    }

    /** Runs what was scheduled and not cancelled. */
    public void fireTimers() {
        var due = List.copyOf(timers);
        timers.clear();
        due.forEach(timer -> timer.task().run());
    }

    /** How many timers are set. */
    public int timers() {
        return timers.size();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        var timer = new ManualTimer(this, task);
        if (unit == TimeUnit.NANOSECONDS && delay == 0) {
            tasks.add(task); // a task that lets others go first
        } else {
            timers.add(timer);
        }
        return timer;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return true;
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    private static final class ManualTimer extends DefaultPromise<Void> implements ScheduledFuture<Void> {
        private final ManualLoop loop;
        private final Runnable task;

        ManualTimer(ManualLoop loop, Runnable task) {
            super(loop);
            this.loop = loop;
            this.task = task;
        }

        Runnable task() {
            return task;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return loop.timers.remove(this);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
