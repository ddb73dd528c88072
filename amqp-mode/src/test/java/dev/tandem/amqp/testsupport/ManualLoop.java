package dev.tandem.amqp.testsupport;

import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop whose tasks run when a test says so, on the test's thread. */
public final class ManualLoop extends AbstractEventExecutor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private @Nullable Runnable timer;

    /** Runs tasks until there are none; the result is how many. */
    public int runAll() {
        int count = 0;
        while (!tasks.isEmpty()) {
            tasks.remove().run();
            count++;
        }
        return count;
    }

    /** Runs what was scheduled last, if anything was. */
    public void fireTimer() {
        Runnable due = timer;
        timer = null;
        if (due != null) {
            due.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    @SuppressWarnings("NullAway") // nobody asks the result
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        timer = task;
        return null;
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
}
