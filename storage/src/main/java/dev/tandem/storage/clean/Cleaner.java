package dev.tandem.storage.clean;

import dev.tandem.storage.commit.Commit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the passes, one after another in the order given, on a thread of its own: a round of all of them every so often,
 * and soon after {@link #wake}. A pass that fails is tried again in the next round; the log tells of it once, not every
 * round.
 */
public final class Cleaner implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Cleaner.class);

    private final Consumer<Commit> commits;
    private final InstantSource clock;
    private final long intervalNanos;
    private final List<CleaningPass> passes;
    private final Map<CleaningPass, String> failures = new HashMap<>();
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * A cleaner that is not started.
     *
     * @param commits takes the commits of passes
     * @param clock the wall clock that passes judge age by
     * @param interval most time between two rounds
     */
    public Cleaner(Consumer<Commit> commits, InstantSource clock, Duration interval, List<CleaningPass> passes) {
        this.commits = commits;
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.passes = List.copyOf(passes);
        this.thread = new Thread(this::run, "tandem-cleaner");
        thread.setDaemon(true);
    }

    /** Starts the thread; the first round comes after one interval, or when asked for. */
    public void start() {
        thread.start();
    }

    /** Asks for a round, after the one under way if there is one. Never blocks; safe from any thread. */
    public void wake() {
        asked.release();
    }

    private void run() {
        try {
            while (!closed) {
                // Several calls of wake are one round.
                if (asked.tryAcquire(intervalNanos, TimeUnit.NANOSECONDS)) {
                    asked.drainPermits();
                }
                runRound();
            }
        } catch (InterruptedException e) {
            // Closing is what interrupts; the thread ends.
            Thread.currentThread().interrupt();
        }
    }

    private void runRound() throws InterruptedException {
        var round = new CleaningRound(commits, clock.millis());
        for (CleaningPass pass : passes) {
            round.breakOffIfClosing();
            try {
                pass.run(round);
                failures.remove(pass);
            } catch (RuntimeException | Error e) {
                noteFailure(pass, e);
            }
        }
    }

    private void noteFailure(CleaningPass pass, Throwable failure) {
        if (!closed && !failure.toString().equals(failures.put(pass, failure.toString()))) {
            LOGGER.warn("{} could not do all of its work and will try again", pass.name(), failure);
        }
    }

    /** Ends the thread; a pass under way is broken off at its next wait or step. Idempotent. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
