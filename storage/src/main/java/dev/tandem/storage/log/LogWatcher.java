package dev.tandem.storage.log;

/** Hears that a log's written or synced end, or its start, has moved, or that it was deleted. */
@FunctionalInterface
public interface LogWatcher {
    /** Runs on the watcher's executor; ask the log for its state. Must not throw. */
    void onMoved(Log log);
}
