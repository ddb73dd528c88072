package dev.tandem.console.live;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.storage.StorageMetrics;
import java.util.List;

/**
 * What both modes and the engine answered at one moment.
 *
 * @param nanos when, for rates
 */
public record Observation(
        long nanos,
        List<KafkaAdmin.TopicView> topics,
        List<KafkaAdmin.GroupView> groups,
        KafkaAdmin.Counters kafka,
        int kafkaConnections,
        List<AmqpAdmin.QueueView> queues,
        int exchanges,
        AmqpAdmin.Counters amqp,
        List<AmqpAdmin.ConnectionView> amqpConnections,
        StorageMetrics storage) {

    /** Records between the start offset and the high watermark of every partition of a topic. */
    public static long records(KafkaAdmin.TopicView topic) {
        return topic.partitions().stream()
                .mapToLong(partition -> partition.highWatermark() - partition.startOffset())
                .sum();
    }

    /** End offsets of a topic's partitions together: how many offsets were ever given. */
    public static long endOffsets(KafkaAdmin.TopicView topic) {
        return topic.partitions().stream()
                .mapToLong(KafkaAdmin.PartitionView::highWatermark)
                .sum();
    }

    /** Stored bytes of a topic's partitions together. */
    public static long storedBytes(KafkaAdmin.TopicView topic) {
        return topic.partitions().stream()
                .mapToLong(KafkaAdmin.PartitionView::sizeBytes)
                .sum();
    }

    /** Lag of a group over the partitions it has committed for. */
    public static long lag(KafkaAdmin.GroupView group) {
        return group.partitions().stream()
                .mapToLong(place -> Math.max(0, place.lag()))
                .sum();
    }

    /** Messages handed to AMQP clients, by push or get, with or without manual acks. */
    public static long delivered(AmqpAdmin.Counters counters) {
        return counters.deliveredManualAck()
                + counters.deliveredAutoAck()
                + counters.gotManualAck()
                + counters.gotAutoAck();
    }
}
