package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.TopicTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** OffsetDelete 0 (KIP-496). As in Kafka, partitions that do not exist are refused before the group is asked. */
final class OffsetDeleteHandler implements ApiHandler<OffsetDeleteRequestData, OffsetDeleteResponseData> {
    private final Supplier<GroupCoordinator> coordinator;
    private final TopicTable topics;

    OffsetDeleteHandler(Supplier<GroupCoordinator> coordinator, TopicTable topics) {
        this.coordinator = coordinator;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_DELETE;
    }

    @Override
    public CompletionStage<OffsetDeleteResponseData> handle(RequestContext context, OffsetDeleteRequestData request) {
        var answer = new OffsetDeleteResponse.Builder();
        var existing = new OffsetDeleteRequestTopicCollection();
        for (var topic : request.topics()) {
            int partitions = topics.byName(topic.name())
                    .map(found -> found.partitions().size())
                    .orElse(0);
            var kept = new OffsetDeleteRequestTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                if (index >= 0 && index < partitions) {
                    kept.partitions().add(partition);
                } else {
                    answer.addPartition(topic.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
                }
            }
            if (!kept.partitions().isEmpty()) {
                existing.add(kept);
            }
        }
        if (existing.isEmpty()) {
            return CompletableFuture.completedFuture(answer.build().data());
        }
        var checked =
                new OffsetDeleteRequestData().setGroupId(request.groupId()).setTopics(existing);
        return coordinator
                .get()
                .deleteOffsets(new CoordinatorRequestContext(key(), context), checked, BufferSupplier.NO_CACHING)
                .thenApply(deleted -> answer.merge(deleted).build().data());
    }
}
