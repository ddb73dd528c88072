package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ElectLeaders 0-2. v1 unclean elections, v2 flexible. Every partition is led by its one replica already:
 * ELECTION_NOT_NEEDED, and nothing at all for a request that means every partition.
 */
final class ElectLeadersHandler implements ApiHandler<ElectLeadersRequestData, ElectLeadersResponseData> {
    private final TopicTable topics;

    ElectLeadersHandler(TopicTable topics) {
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ELECT_LEADERS;
    }

    @Override
    public CompletionStage<ElectLeadersResponseData> handle(RequestContext context, ElectLeadersRequestData request) {
        var response = new ElectLeadersResponseData();
        if (request.topicPartitions() != null) {
            for (TopicPartitions asked : request.topicPartitions()) {
                response.replicaElectionResults().add(answer(asked));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private ReplicaElectionResult answer(TopicPartitions asked) {
        Optional<Topic> topic = topics.byName(asked.topic());
        var result = new ReplicaElectionResult().setTopic(asked.topic());
        for (int index : asked.partitions()) {
            boolean exists = topic.flatMap(known -> known.partition(index)).isPresent();
            result.partitionResult()
                    .add(new PartitionResult()
                            .setPartitionId(index)
                            .setErrorCode(
                                    (exists ? Errors.ELECTION_NOT_NEEDED : Errors.UNKNOWN_TOPIC_OR_PARTITION).code())
                            .setErrorMessage(
                                    exists
                                            ? "Leader election not needed for topic partition."
                                            : "No such topic as " + asked.topic() + " with partition " + index));
        }
        return result;
    }
}
