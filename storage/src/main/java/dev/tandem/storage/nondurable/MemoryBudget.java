package dev.tandem.storage.nondurable;

import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for the messages of all non-durable logs together. From three quarters of it on, what is coldest is spilled until
 * five eighths are left, so that publishers wait only when the disk does not keep up. Safe for use from any thread.
 */
public final class MemoryBudget {
    /** What a message takes besides its bytes: the objects that hold them. Its place in a table is counted apart. */
    static final int MESSAGE_BYTES = 56;

    private final long limitBytes;
    private final long spillBytes;
    private final long targetBytes;
    private final long reserveBytes;
    private final Runnable onPressure;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicBoolean pressed = new AtomicBoolean();
    private final List<Waiter> waiters = new ArrayList<>();

    /**
     * A budget of which nothing is used.
     *
     * @param onPressure runs, on any thread and quickly, when spilling should begin
     */
    public MemoryBudget(long limitBytes, Runnable onPressure) {
        this.limitBytes = limitBytes;
        this.spillBytes = limitBytes / 4 * 3;
        this.targetBytes = limitBytes / 8 * 5;
        this.reserveBytes = limitBytes / 4;
        this.onPressure = onPressure;
    }

    /** Counts a message in that a log is about to get; never refuses. The log counts it out. */
    public void take(Slice record) {
        take((long) record.length() + MESSAGE_BYTES);
    }

    /** True while publishers should wait. */
    public boolean isExhausted() {
        return usedBytes.get() >= limitBytes;
    }

    /**
     * True when even those should wait who have more to say than publishes: beyond the limit there is a reserve of a quarter
     * of it for what has to be read before the acknowledgements behind it.
     */
    public boolean isReserveExhausted() {
        return usedBytes.get() >= limitBytes + reserveBytes;
    }

    /** Runs {@code resume} on {@code executor} once there is room. */
    public void whenAvailable(Executor executor, Runnable resume) {
        synchronized (waiters) {
            waiters.add(new Waiter(executor, resume));
        }
        if (!isExhausted()) {
            resumeAll();
        }
    }

    public long limitBytes() {
        return limitBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    void take(long bytes) {
        if (usedBytes.addAndGet(bytes) > spillBytes && !pressed.get() && pressed.compareAndSet(false, true)) {
            onPressure.run();
        }
    }

    void release(long bytes) {
        long before = usedBytes.getAndAdd(-bytes);
        if (before >= limitBytes && before - bytes < limitBytes) {
            resumeAll();
        }
    }

    /** True from the time spilling should begin until {@link #excessBytes} has found that it may end. */
    boolean isPressed() {
        return pressed.get();
    }

    /**
     * How much has to leave still.
     *
     * @param leavingBytes what is on its way out already
     */
    long excessBytes(long leavingBytes) {
        if (pressed.get() && usedBytes.get() <= spillBytes) {
            pressed.set(false);
            if (usedBytes.get() > spillBytes) {
                pressed.set(true); // it rose in between, and nobody was told
            }
        }
        return pressed.get() ? Math.max(0, usedBytes.get() - leavingBytes - targetBytes) : 0;
    }

    private void resumeAll() {
        List<Waiter> resumed;
        synchronized (waiters) {
            resumed = List.copyOf(waiters);
            waiters.clear();
        }
        for (Waiter waiter : resumed) {
            waiter.executor.execute(waiter.resume);
        }
    }

    private record Waiter(Executor executor, Runnable resume) {}
}
