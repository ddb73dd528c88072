package dev.tandem.storage.nondurable;

import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A thread that owns logs, and the calls that tests repeat. */
final class LogOwner implements AutoCloseable {
    private final TransientLogs logs;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Semaphore woken = new Semaphore(0);

    LogOwner(TransientLogs logs) {
        this.logs = logs;
    }

    ExecutorService thread() {
        return thread;
    }

    TransientLog create() {
        return logs.create(thread, woken::release);
    }

    /** Runs on the owner's thread. */
    <T extends @Nullable Object> T call(Callable<T> task) {
        try {
            return thread.submit(task).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    void append(TransientLog log, byte[] body) {
        run(() -> {
            Slice record = record(body);
            logs.budget().take(record);
            log.append(record);
        });
    }

    /** The body at an offset, waiting for the disk as a queue does. */
    byte[] read(TransientLog log, long offset) {
        while (true) {
            MessageView message = call(() -> {
                MessageView found = log.read(offset);
                log.endTurn();
                return found;
            });
            if (message != null) {
                return message.body().toByteArray();
            }
            try {
                if (!woken.tryAcquire(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("offset " + offset + " is not read back");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    static Slice record(byte[] body) {
        return MessageRecord.encode(
                false, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[2]), Slice.of(body));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
