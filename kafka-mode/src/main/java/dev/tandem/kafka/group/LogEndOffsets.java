package dev.tandem.kafka.group;

import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.log.Log;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.PartitionMetadataClient;

/** High watermarks of topics' partitions, from the logs; opens a log that is not open yet. */
final class LogEndOffsets implements PartitionMetadataClient {
    private static final OffsetResponse UNKNOWN = new OffsetResponse(-1, Errors.UNKNOWN_TOPIC_OR_PARTITION);

    private final TopicTable topics;

    LogEndOffsets(TopicTable topics) {
        this.topics = topics;
    }

    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(Set<TopicPartition> partitions) {
        Map<TopicPartition, CompletableFuture<OffsetResponse>> offsets = new HashMap<>();
        for (var partition : partitions) {
            offsets.put(partition, latestOffset(partition.topic(), partition.partition()));
        }
        return offsets;
    }

    /** The high watermark; an error for a partition that does not exist. */
    CompletableFuture<OffsetResponse> latestOffset(String name, int partition) {
        return topics.byName(name)
                .flatMap(topic -> topic.partition(partition))
                .map(LogEndOffsets::latestOffset)
                .orElseGet(() -> CompletableFuture.completedFuture(UNKNOWN));
    }

    private static CompletableFuture<OffsetResponse> latestOffset(Partition partition) {
        return partition
                .log()
                .thenApply(Log::highWatermark)
                .handle((highWatermark, failure) ->
                        failure == null ? new OffsetResponse(highWatermark, Errors.NONE) : UNKNOWN);
    }

    @Override
    public void close() {
        // The engine owns the logs.
    }
}
