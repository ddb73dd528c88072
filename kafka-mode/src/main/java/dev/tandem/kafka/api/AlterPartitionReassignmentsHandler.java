package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * AlterPartitionReassignments 0-1. v1 may forbid another replication factor. The only assignment there is, to this broker,
 * is in force already and succeeds; any other is refused, and there is never one under way that could be cancelled.
 */
final class AlterPartitionReassignmentsHandler
        implements ApiHandler<AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
    private final TopicTable topics;

    AlterPartitionReassignmentsHandler(TopicTable topics) {
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_PARTITION_REASSIGNMENTS;
    }

    @Override
    public CompletionStage<AlterPartitionReassignmentsResponseData> handle(
            RequestContext context, AlterPartitionReassignmentsRequestData request) {
        var response = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(request.allowReplicationFactorChange())
                .setErrorMessage(null);
        for (ReassignableTopic asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.name());
            var answer = new ReassignableTopicResponse().setName(asked.name());
            for (ReassignablePartition partition : asked.partitions()) {
                boolean exists = topic.flatMap(known -> known.partition(partition.partitionIndex()))
                        .isPresent();
                answer.partitions().add(answer(partition, exists));
            }
            response.responses().add(answer);
        }
        return CompletableFuture.completedFuture(response);
    }

    private static ReassignablePartitionResponse answer(ReassignablePartition asked, boolean exists) {
        var answer = new ReassignablePartitionResponse().setPartitionIndex(asked.partitionIndex());
        List<Integer> replicas = asked.replicas();
        if (!exists) {
            return answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code())
                    .setErrorMessage("The partition does not exist.");
        }
        if (replicas == null) {
            return answer.setErrorCode(Errors.NO_REASSIGNMENT_IN_PROGRESS.code())
                    .setErrorMessage(Errors.NO_REASSIGNMENT_IN_PROGRESS.message());
        }
        if (!replicas.equals(List.of(KafkaConfig.NODE_ID))) {
            return answer.setErrorCode(Errors.INVALID_REPLICA_ASSIGNMENT.code())
                    .setErrorMessage("The manual partition assignment must name broker " + KafkaConfig.NODE_ID
                            + " alone, which is the only one, not " + replicas + ".");
        }
        return answer.setErrorMessage(null);
    }
}
