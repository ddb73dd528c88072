package dev.tandem.console.lab;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/** What ends sending before its time: the byte limit of the run, or a person. */
final class Limits {
    private final AtomicLong bytesLeft;
    private volatile boolean aborted;
    private volatile boolean reached;

    Limits(long maxBytes) {
        bytesLeft = new AtomicLong(maxBytes);
    }

    void abort() {
        aborted = true;
    }

    boolean aborted() {
        return aborted;
    }

    void checkAborted() {
        if (aborted) {
            throw new CancellationException("the comparison was stopped");
        }
    }

    /** Whether one more message may be sent. */
    boolean take(int bytes) {
        if (aborted) {
            return false;
        }
        if (bytesLeft.addAndGet(-bytes) < 0) {
            reached = true;
            return false;
        }
        return true;
    }

    boolean reached() {
        return reached;
    }
}
