package dev.tandem.storage.commit;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** The append budget: raised by submitting threads, lowered by the commit thread. */
final class ByteBudget implements AppendBudget {
    private final long limitBytes;
    private final AtomicLong inFlight = new AtomicLong();
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();

    ByteBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    @Override
    public boolean isExhausted() {
        return inFlight.get() > limitBytes;
    }

    @Override
    public void whenAvailable(Executor executor, Runnable resume) {
        waiters.add(new Waiter(executor, resume));
        if (!isExhausted()) {
            resumeAll();
        }
    }

    @Override
    public long inFlightBytes() {
        return inFlight.get();
    }

    void take(long bytes) {
        inFlight.addAndGet(bytes);
    }

    void release(long bytes) {
        // Resuming at half the limit spares connections from stopping and starting at every group.
        if (inFlight.addAndGet(-bytes) <= limitBytes / 2 && !waiters.isEmpty()) {
            resumeAll();
        }
    }

    private void resumeAll() {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            Deliveries.execute(waiter.executor, waiter.resume);
        }
    }

    private record Waiter(Executor executor, Runnable resume) {}
}
