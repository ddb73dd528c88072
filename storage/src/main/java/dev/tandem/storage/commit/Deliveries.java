package dev.tandem.storage.commit;

import dev.tandem.storage.log.LogState;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one group, or one sync, has to tell: one task per executor, watchers of moved logs before results, so that a
 * queue's owner knows of a message before its publisher's confirm goes out.
 */
final class Deliveries {
    private static final Logger LOGGER = LoggerFactory.getLogger(Deliveries.class);

    private final Map<Executor, Task> tasks = new IdentityHashMap<>();

    void moved(LogState log) {
        for (LogState.Watch watch : log.watches()) {
            task(watch.executor()).moved.add(() -> watch.watcher().onMoved(log));
        }
    }

    void result(Ticket ticket) {
        task(ticket.commit.executor()).results.add(ticket);
    }

    /** Hands the tasks over, each whatever becomes of the others; the caller's thread runs none of them. */
    void send() {
        tasks.forEach(Deliveries::execute);
    }

    static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The owner's event loop is gone, and with it the client that waits.
            LOGGER.debug("a result has no taker any more", e);
        } catch (RuntimeException | Error e) {
            LOGGER.error("an executor failed to take results: who waits there does not hear of them", e);
        }
    }

    private Task task(Executor executor) {
        return tasks.computeIfAbsent(executor, ignored -> new Task());
    }

    private static final class Task implements Runnable {
        private final List<Runnable> moved = new ArrayList<>();
        private final List<Ticket> results = new ArrayList<>();

        @Override
        public void run() {
            moved.forEach(Task::guarded);
            for (Ticket ticket : results) {
                guarded(() -> ticket.commit.listener().onResult(Objects.requireNonNull(ticket.result)));
            }
        }

        private static void guarded(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                LOGGER.error("a listener failed", e);
            }
        }
    }
}
