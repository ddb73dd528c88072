package dev.tandem.console.lab;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with names. */
final class LabThreads {
    private LabThreads() {}

    static ThreadFactory named(String prefix) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, prefix + '-' + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
