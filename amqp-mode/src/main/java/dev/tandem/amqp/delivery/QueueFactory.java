package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.record.RecordUnpacker;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes queues over what they share: the engine, one writer of acknowledgements per event loop. */
public final class QueueFactory {
    private final StorageEngine storage;
    private final RecordUnpacker unpacker;
    private final QueueServices services;
    private final Map<EventExecutor, AckWriter> ackWriters = new ConcurrentHashMap<>();

    /**
     * A maker of queues.
     *
     * @param unpacker opens what Kafka clients wrote, for queues that read a topic
     */
    public QueueFactory(StorageEngine storage, RecordUnpacker unpacker, MessageCounters counters, InstantSource clock) {
        this.storage = storage;
        this.unpacker = unpacker;
        this.services =
                new QueueServices(storage::submit, storage.transientLogs().budget(), counters, clock);
    }

    /**
     * A queue over some logs of the engine, from an id on, empty until they are attached; or, if its arguments name a topic, over
     * that, empty until the topic is opened.
     */
    public MessageQueue stored(QueueSettings settings, EventExecutor owner, long logId, int logCount, QueueHost host) {
        AckWriter ackWriter = ackWriters.computeIfAbsent(owner, loop -> new AckWriter(storage, loop));
        MessageQueue.LogMaker logs = (wake, lane) -> new StoredQueueLog(storage, owner, ackWriter, logId + lane, wake);
        String topic = QueueOptions.topicOf(settings.arguments());
        return topic == null
                ? MessageQueue.over(settings, owner, services, logs, logId, logCount, host)
                : MessageQueue.overTopic(
                        settings,
                        owner,
                        services,
                        logs,
                        (wake, onLost) ->
                                new SharedLog(storage, owner, ackWriter, unpacker, topic, logId, wake, onLost),
                        logId,
                        host);
    }

    /** What takes the cursors of a queue off a topic's log. */
    public static Change dropCursor(long topicLogId, long queueLogId) {
        return new Change.DropCursor(topicLogId, SharedLog.cursorIdOf(queueLogId));
    }

    /** A queue that is not stored. */
    public MessageQueue transientQueue(QueueSettings settings, EventExecutor owner, QueueHost host) {
        return MessageQueue.over(
                settings,
                owner,
                services,
                (wake, lane) -> new TransientQueueLog(storage.transientLogs(), owner, wake),
                MessageQueue.NO_LOG,
                QueueOptions.of(settings.arguments()).lanes(),
                host);
    }
}
