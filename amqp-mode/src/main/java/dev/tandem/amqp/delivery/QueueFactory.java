package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes queues over what they share: the engine, one writer of acknowledgements per event loop. */
public final class QueueFactory {
    /** No log: the queue is not stored. */
    private static final long NO_LOG = -1;

    private final StorageEngine storage;
    private final MessageCounters counters;
    private final InstantSource clock;
    private final Map<EventExecutor, AckWriter> ackWriters = new ConcurrentHashMap<>();

    public QueueFactory(StorageEngine storage, MessageCounters counters, InstantSource clock) {
        this.storage = storage;
        this.counters = counters;
        this.clock = clock;
    }

    /** A queue over a log of the engine; empty until the log is attached. */
    public MessageQueue stored(QueueSettings settings, EventExecutor owner, long logId, UnusedListener onUnused) {
        AckWriter ackWriter = ackWriters.computeIfAbsent(owner, loop -> new AckWriter(storage, loop));
        return MessageQueue.over(
                settings,
                owner,
                counters,
                clock,
                wake -> new StoredQueueLog(storage, owner, ackWriter, logId, wake),
                logId,
                onUnused);
    }

    /** A queue that is not stored. */
    public MessageQueue transientQueue(QueueSettings settings, EventExecutor owner, UnusedListener onUnused) {
        return MessageQueue.over(
                settings,
                owner,
                counters,
                clock,
                wake -> new TransientQueueLog(storage.transientLogs(), owner, wake),
                NO_LOG,
                onUnused);
    }
}
