package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes queues over what they share: the engine, one writer of acknowledgements per event loop. */
public final class QueueFactory {
    private final StorageEngine storage;
    private final QueueServices services;
    private final Map<EventExecutor, AckWriter> ackWriters = new ConcurrentHashMap<>();

    public QueueFactory(StorageEngine storage, MessageCounters counters, InstantSource clock) {
        this.storage = storage;
        this.services =
                new QueueServices(storage::submit, storage.transientLogs().budget(), counters, clock);
    }

    /** A queue over logs of the engine, from an id on; empty until they are attached. */
    public MessageQueue stored(QueueSettings settings, EventExecutor owner, long logId, QueueHost host) {
        AckWriter ackWriter = ackWriters.computeIfAbsent(owner, loop -> new AckWriter(storage, loop));
        return MessageQueue.over(
                settings,
                owner,
                services,
                (wake, lane) -> new StoredQueueLog(storage, owner, ackWriter, logId + lane, wake),
                logId,
                host);
    }

    /** A queue that is not stored. */
    public MessageQueue transientQueue(QueueSettings settings, EventExecutor owner, QueueHost host) {
        return MessageQueue.over(
                settings,
                owner,
                services,
                (wake, lane) -> new TransientQueueLog(storage.transientLogs(), owner, wake),
                MessageQueue.NO_LOG,
                host);
    }
}
