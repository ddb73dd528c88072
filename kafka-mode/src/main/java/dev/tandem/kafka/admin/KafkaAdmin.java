package dev.tandem.kafka.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Read models and actions of Kafka mode. Every answer comes from memory. */
public interface KafkaAdmin {

    /** All topics, by name. */
    List<TopicView> topics();

    /** All groups with members and lag, by id. */
    CompletableFuture<List<GroupView>> groups();

    /** Open connections, oldest first. */
    List<ConnectionView> connections();

    /** Totals since start. */
    Counters counters();

    /** Creates a topic; fails with the sentence that a Kafka client would be told. */
    CompletableFuture<Void> createTopic(String name, int partitions);

    /** Deletes a topic; fails with the sentence that a Kafka client would be told. */
    CompletableFuture<Void> deleteTopic(String name);

    /** Deletes a group with its offsets; members that it still has are removed from it first. */
    CompletableFuture<Void> deleteGroup(String id);

    /** A topic. */
    record TopicView(String name, String id, List<PartitionView> partitions, Map<String, String> configs) {}

    /** A partition: its offsets and stored bytes. */
    record PartitionView(int partition, long startOffset, long highWatermark, long sizeBytes) {}

    /**
     * A group.
     *
     * @param type classic, consumer or share
     * @param state as Kafka names it
     */
    record GroupView(String id, String type, String state, List<MemberView> members, List<LagView> partitions) {}

    /** A member of a group. */
    record MemberView(String memberId, String clientId, String host) {}

    /**
     * A group's place in one partition.
     *
     * @param lag records behind the high watermark; -1 when nothing is committed
     */
    record LagView(String topic, int partition, long committedOffset, long endOffset, long lag) {}

    /** An open connection. */
    record ConnectionView(
            String id,
            String remoteAddress,
            String clientId,
            String software,
            Instant connectedAt,
            long requests,
            long bytesIn,
            long bytesOut) {}

    /** Totals since start. */
    record Counters(
            long connectionsOpened,
            long connectionsClosed,
            long requests,
            long recordsProduced,
            long bytesProduced,
            long recordsFetched,
            long bytesFetched) {}
}
