package dev.tandem.amqp.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for the messages of queues that are not stored, shared by the process. Publishers stop reading their sockets while
 * it is exhausted. Safe for use from any thread.
 */
public final class MemoryBudget {
    /** What a message takes besides its bytes. */
    private static final int OVERHEAD_BYTES = 64;

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final List<Waiter> waiters = new ArrayList<>();

    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** A quarter of the heap. */
    public static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** Counts a message in; never refuses. */
    public void take(int bytes) {
        usedBytes.addAndGet(bytes + OVERHEAD_BYTES);
    }

    /** Counts a message out. */
    void release(int bytes) {
        release(1, bytes);
    }

    /** Counts messages out. */
    void release(int messages, long bytes) {
        long released = bytes + (long) messages * OVERHEAD_BYTES;
        long before = usedBytes.getAndAdd(-released);
        if (before >= limitBytes && before - released < limitBytes) {
            wake();
        }
    }

    public boolean isExhausted() {
        return usedBytes.get() >= limitBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    /** Runs {@code resume} on {@code executor} once there is room. */
    public void whenAvailable(Executor executor, Runnable resume) {
        synchronized (waiters) {
            waiters.add(new Waiter(executor, resume));
        }
        if (!isExhausted()) {
            wake();
        }
    }

    private void wake() {
        List<Waiter> woken;
        synchronized (waiters) {
            woken = List.copyOf(waiters);
            waiters.clear();
        }
        for (Waiter waiter : woken) {
            waiter.executor.execute(waiter.resume);
        }
    }

    private record Waiter(Executor executor, Runnable resume) {}
}
