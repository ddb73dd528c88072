package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.alarm.Alarms;
import dev.tandem.storage.alarm.DiskWatch;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether commits are let in: asked by the commit thread before it applies one, and before it writes a group. Closed by
 * the first failure of a write or sync, because what is in memory is then no longer known to be on disk; opened again by
 * the recovery.
 */
public final class WriteGate {
    /** Between two attempts at something that found no memory. */
    static final long MEMORY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(WriteGate.class);
    private static final String ENDS = "; nothing is stored until the disk takes writes again";
    private static final String ENDS_ANEW = "; nothing is stored until the database has been opened again";

    private final Alarms alarms;
    private final DiskWatch watch;
    private volatile @Nullable StorageFailure closed;

    public WriteGate(Alarms alarms, DiskWatch watch) {
        this.alarms = alarms;
        this.watch = watch;
    }

    /** Why a commit may not be applied, null when it may. */
    @Nullable
    StorageException refusal(Ticket ticket) {
        StorageFailure forGood = closed;
        return forGood != null ? forGood : alarms.refusal(ticket.budgetBytes > 0);
    }

    /** Why nothing may be written, null when it may. */
    @Nullable
    StorageException failure() {
        StorageFailure forGood = closed;
        return forGood != null ? forGood : alarms.refusal(false);
    }

    /** Closes the gate: a write or a sync failed. Commit thread and sync thread. */
    void fail(String what, StorageException reason) {
        watch.writeFailed(what + " (" + reason.getMessage() + ")" + (reason instanceof CorruptData ? ENDS_ANEW : ENDS));
    }

    /**
     * Closes it for an error that nobody reckoned with, a lack of memory perhaps: it takes memory to say so, which is
     * waited for. Commit thread and sync thread.
     */
    void fail(String what, Throwable error) {
        do {
            try {
                watch.writeFailed(what + ": " + error + ENDS_ANEW);
                LOGGER.error("{}", what, error);
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(this, MEMORY_PAUSE_NANOS);
            }
        } while (failure() == null);
    }

    /** Opens it again. Commit thread. */
    void open() {
        alarms.clear(
                Kind.WRITE_FAILED, "the storage engine has recovered from the failed write and takes writes again");
    }

    /** Closes it for good: the engine ends. */
    void close() {
        closed = new StorageFailure("the storage engine is closed");
    }
}
