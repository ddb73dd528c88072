package dev.tandem.amqp.vhost;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueFactory;
import dev.tandem.amqp.delivery.QueueSettings;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Commit;
import org.jspecify.annotations.Nullable;

/** Rules for queues that are an ack set over a topic ({@code x-topic}): what they may be, and that nothing goes into them. */
final class TopicQueues {
    private TopicQueues() {}

    /**
     * Checks a new queue; one that reads no topic passes.
     *
     * @throws AmqpException when it cannot read the topic, or there is none
     */
    static void requireTopic(QueueSettings settings, QueueDeclaration wish, Catalog catalog) {
        String topic = QueueOptions.topicOf(settings.arguments());
        if (topic == null) {
            return;
        }
        String wrong = wish.autoDelete()
                ? "auto-delete"
                : wish.exclusive() ? "exclusive-owner" : wish.durable() ? "" : "non-durable";
        if (!wrong.isEmpty()) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    "invalid property '" + wrong + "' for " + settings.describe() + ", which reads a topic");
        }
        if (catalog.topic(topic).isEmpty()) {
            throw new AmqpException(ReplyCode.NOT_FOUND, "no topic '" + topic + "' for " + settings.describe());
        }
    }

    /**
     * Refuses a queue as the place where messages go.
     *
     * @throws AmqpException when it reads a topic
     */
    static void requireOwnMessages(@Nullable MessageQueue queue) {
        if (queue != null && queue.readsTopic()) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED,
                    queue.settings().describe() + " reads the topic '"
                            + QueueOptions.topicOf(queue.settings().arguments()) + "', nothing can be published to it");
        }
    }

    /** Takes a queue's cursors off the logs of its topic; without effect when that is gone, and the cursors with it. */
    static void dropCursors(Commit.Builder changes, QueueSettings settings, long logId, Catalog catalog) {
        String topic = QueueOptions.topicOf(settings.arguments());
        if (topic != null) {
            catalog.topic(topic)
                    .map(Definition.Topic::logIds)
                    .ifPresent(logIds ->
                            logIds.forEach(topicLogId -> changes.add(QueueFactory.dropCursor(topicLogId, logId))));
        }
    }
}
