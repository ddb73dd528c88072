package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * OffsetCommit 2-10. v2-4 retention time, v3 throttle time, v6 leader epoch, v7 static members (KIP-345), v8 flexible,
 * v9 member epoch (KIP-848), v10 topics by id (KIP-848).
 *
 * <p>As in Kafka, topics and partitions that do not exist are refused here, before the group is asked.
 */
final class OffsetCommitHandler implements ApiHandler<OffsetCommitRequestData, OffsetCommitResponseData> {
    private final Supplier<GroupCoordinator> coordinator;
    private final TopicTable topics;

    OffsetCommitHandler(Supplier<GroupCoordinator> coordinator, TopicTable topics) {
        this.coordinator = coordinator;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_COMMIT;
    }

    @Override
    public CompletionStage<OffsetCommitResponseData> handle(RequestContext context, OffsetCommitRequestData request) {
        boolean byId = OffsetCommitResponse.useTopicIds(context.apiVersion());
        var answer = OffsetCommitResponse.newBuilder(byId);
        List<OffsetCommitRequestTopic> existing = new ArrayList<>();
        for (var topic : request.topics()) {
            if (byId) {
                topics.byId(topic.topicId()).ifPresent(found -> topic.setName(found.name()));
            }
            int partitions = topics.byName(topic.name())
                    .map(found -> found.partitions().size())
                    .orElse(0);
            if (byId && topic.name().isEmpty()) {
                refuse(answer, topic, Errors.UNKNOWN_TOPIC_ID);
            } else if (partitions == 0) {
                refuse(answer, topic, Errors.UNKNOWN_TOPIC_OR_PARTITION);
            } else {
                keepExisting(answer, topic, partitions, existing);
            }
        }
        if (existing.isEmpty()) {
            return CompletableFuture.completedFuture(answer.build().data());
        }
        var checked = new OffsetCommitRequestData()
                .setGroupId(request.groupId())
                .setMemberId(request.memberId())
                .setGenerationIdOrMemberEpoch(request.generationIdOrMemberEpoch())
                .setRetentionTimeMs(request.retentionTimeMs())
                .setGroupInstanceId(request.groupInstanceId())
                .setTopics(existing);
        return coordinator
                .get()
                .commitOffsets(new CoordinatorRequestContext(key(), context), checked, BufferSupplier.NO_CACHING)
                .thenApply(committed -> answer.merge(committed).build().data());
    }

    private static void refuse(OffsetCommitResponse.Builder answer, OffsetCommitRequestTopic topic, Errors error) {
        answer.addPartitions(
                topic.topicId(), topic.name(), topic.partitions(), OffsetCommitRequestPartition::partitionIndex, error);
    }

    private static void keepExisting(
            OffsetCommitResponse.Builder answer,
            OffsetCommitRequestTopic topic,
            int partitions,
            List<OffsetCommitRequestTopic> existing) {
        var kept = new OffsetCommitRequestTopic().setTopicId(topic.topicId()).setName(topic.name());
        for (var partition : topic.partitions()) {
            int index = partition.partitionIndex();
            if (index >= 0 && index < partitions) {
                kept.partitions().add(partition);
            } else {
                answer.addPartition(topic.topicId(), topic.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
        if (!kept.partitions().isEmpty()) {
            existing.add(kept);
        }
    }
}
