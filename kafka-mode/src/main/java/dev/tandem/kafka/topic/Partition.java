package dev.tandem.kafka.topic;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One partition of a topic: the log under it, opened when first needed. */
public final class Partition {
    private final StorageEngine storage;
    private final int index;
    private final long logId;
    private volatile @Nullable Log log;

    Partition(StorageEngine storage, int index, long logId) {
        this.storage = storage;
        this.index = index;
        this.logId = logId;
    }

    public int index() {
        return index;
    }

    public long logId() {
        return logId;
    }

    /** The log if it is open; never waits. */
    public Optional<Log> openLog() {
        Log known = log;
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Log> opened = storage.openLog(logId);
        opened.ifPresent(found -> log = found);
        return opened;
    }

    /** The log, opened on the reader pool if need be. */
    public CompletableFuture<Log> log() {
        Log known = log;
        return known != null ? CompletableFuture.completedFuture(known) : storage.log(logId);
    }
}
