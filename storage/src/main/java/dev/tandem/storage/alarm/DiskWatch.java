package dev.tandem.storage.alarm;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the disk once a second: raises and clears the alarm of low space, and after a failed write tries to recover,
 * at growing intervals. Everything runs on a thread of its own.
 */
public final class DiskWatch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(DiskWatch.class);

    /**
     * How often the watch looks and tries.
     *
     * @param interval between two looks at the free space
     * @param firstPause before the first attempt to recover from a failed write; each further pause is twice as long
     * @param longestPause where that ends
     * @param calm a failure so long after a recovery has nothing to do with the one before, and begins with the first pause
     */
    public record Pace(Duration interval, Duration firstPause, Duration longestPause, Duration calm) {
        /** Quick enough for a client's retries, slow enough for a disk that fails again and again. */
        public static final Pace USUAL =
                new Pace(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1));
    }

    /** Ends an alarm of a failed write. */
    @FunctionalInterface
    public interface Recovery {
        /**
         * Tries to make the engine take writes again.
         *
         * @throws StorageException when the disk does not allow it yet
         */
        void attempt();
    }

    private final Alarms alarms;
    private final DiskSpace space;
    private final Pace pace;
    private final Thread thread;
    private @Nullable Recovery recovery;
    private String lastObstacle = "";
    private boolean stopping;
    private int failures;
    private Duration pause;
    private long lastRecoveryNanos;
    private boolean recoveredOnce;

    public DiskWatch(Alarms alarms, DiskSpace space, Pace pace) {
        this.alarms = alarms;
        this.space = space;
        this.pace = pace;
        this.pause = pace.firstPause;
        this.thread = new Thread(this::run, "tandem-disk");
        thread.setDaemon(true);
    }

    /** Looks once, so that a full disk is known before the first append, then starts the thread. */
    public void start(Recovery newRecovery) {
        recovery = newRecovery;
        lookAtSpace();
        thread.start();
    }

    /** A write or sync failed: the alarm is raised now, the recovery begins soon. Any thread. */
    public void writeFailed(String reason) {
        alarms.raise(Kind.WRITE_FAILED, reason);
        synchronized (this) {
            // A disk that fails again and again is not opened over and over.
            pause = recoveredOnce && System.nanoTime() - lastRecoveryNanos < pace.calm.toNanos()
                    ? longer(pause)
                    : pace.firstPause;
            failures++;
            notifyAll();
        }
    }

    private void run() {
        try {
            while (awaitNextLook()) {
                lookAtSpace();
                if (alarms.stands(Kind.WRITE_FAILED)) {
                    tryToRecover();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sleeps until it is time to look; false at the end. */
    private synchronized boolean awaitNextLook() throws InterruptedException {
        int failuresBefore = failures;
        long until = System.nanoTime() + (alarms.stands(Kind.WRITE_FAILED) ? pause : pace.interval).toNanos();
        for (long left = until - System.nanoTime(); left > 0 && !stopping; left = until - System.nanoTime()) {
            if (failures != failuresBefore) {
                failuresBefore = failures;
                until = System.nanoTime() + pause.toNanos();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        return !stopping;
    }

    private void tryToRecover() {
        try {
            Objects.requireNonNull(recovery).attempt();
            synchronized (this) {
                lastRecoveryNanos = System.nanoTime();
                recoveredOnce = true;
            }
            lastObstacle = "";
        } catch (StorageException e) {
            notYet(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            if (!e.toString().equals(lastObstacle)) {
                LOGGER.error("an attempt to take writes again failed", e);
            }
            notYet(e.toString());
        }
    }

    /** One line in the log for as long as it is the same that stands in the way. */
    private void notYet(String obstacle) {
        if (!obstacle.equals(lastObstacle)) {
            LOGGER.warn("no writes yet: {}", obstacle);
            lastObstacle = obstacle;
        }
        synchronized (this) {
            pause = longer(pause);
        }
    }

    private Duration longer(Duration last) {
        Duration twice = last.multipliedBy(2);
        return twice.compareTo(pace.longestPause) < 0 ? twice : pace.longestPause;
    }

    private void lookAtSpace() {
        try {
            long free = space.freeBytes();
            if (alarms.stands(Kind.LOW_SPACE)) {
                if (space.isAmple(free)) {
                    alarms.clear(Kind.LOW_SPACE, space.ampleSentence(free));
                }
            } else if (space.isLow(free)) {
                alarms.raise(Kind.LOW_SPACE, space.lowSentence(free));
            }
        } catch (StorageException e) {
            LOGGER.warn("{}", e.getMessage());
        }
    }

    /** Ends the thread, after the attempt that is under way. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
