package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeTopicPartitions 0 (KIP-966): topics in the order of their names, page by page. All of them when none is named;
 * the one replica of a partition is its leader.
 */
final class DescribeTopicPartitionsHandler
        implements ApiHandler<DescribeTopicPartitionsRequestData, DescribeTopicPartitionsResponseData> {
    /** Kafka's {@code max.request.partition.size.limit}. */
    private static final int MAX_PARTITIONS = 2000;

    private static final List<Integer> REPLICAS = List.of(KafkaConfig.NODE_ID);

    private final IntSupplier leaderEpoch;
    private final TopicTable topics;

    DescribeTopicPartitionsHandler(IntSupplier leaderEpoch, TopicTable topics) {
        this.leaderEpoch = leaderEpoch;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public CompletionStage<DescribeTopicPartitionsResponseData> handle(
            RequestContext context, DescribeTopicPartitionsRequestData request) {
        DescribeTopicPartitionsRequestData.Cursor from = request.cursor();
        if (from != null && from.partitionIndex() < 0) {
            throw new InvalidRequestException(
                    "The cursor's partition index must not be negative, " + from.partitionIndex() + " is.");
        }
        boolean all = request.topics().isEmpty();
        var names = new TreeSet<String>();
        if (all) {
            topics.all().forEach(topic -> names.add(topic.name()));
        } else {
            request.topics().stream().map(TopicRequest::name).forEach(names::add);
        }
        var response = new DescribeTopicPartitionsResponseData();
        int room = Math.max(1, Math.min(request.responsePartitionLimit(), MAX_PARTITIONS));
        for (String name : from == null ? names : names.tailSet(from.topicName())) {
            int first = from != null && name.equals(from.topicName()) ? from.partitionIndex() : 0;
            if (room == 0) {
                response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(first));
                break;
            }
            DescribeTopicPartitionsResponseTopic answer = describe(name, first, room);
            // A topic that was deleted since the names were listed is nobody's question.
            if (all && answer.errorCode() == Errors.UNKNOWN_TOPIC_OR_PARTITION.code()) {
                continue;
            }
            response.topics().add(answer);
            room -= answer.partitions().size();
            int next = first + answer.partitions().size();
            if (next
                    < topics.byName(name)
                            .map(topic -> topic.partitions().size())
                            .orElse(0)) {
                response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(next));
                break;
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private DescribeTopicPartitionsResponseTopic describe(String name, int first, int limit) {
        var answer = new DescribeTopicPartitionsResponseTopic().setName(name);
        Optional<Topic> topic = topics.byName(name);
        if (topic.isEmpty()) {
            boolean legal = org.apache.kafka.common.internals.Topic.isValid(name);
            return answer.setTopicId(Uuid.ZERO_UUID)
                    .setErrorCode((legal ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INVALID_TOPIC_EXCEPTION).code());
        }
        answer.setTopicId(topic.get().id()).setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
        topic.get().partitions().stream().skip(first).limit(limit).forEach(partition -> answer.partitions()
                .add(describe(partition)));
        return answer;
    }

    private DescribeTopicPartitionsResponsePartition describe(Partition partition) {
        return new DescribeTopicPartitionsResponsePartition()
                .setPartitionIndex(partition.index())
                .setLeaderId(KafkaConfig.NODE_ID)
                .setLeaderEpoch(leaderEpoch.getAsInt())
                .setReplicaNodes(REPLICAS)
                .setIsrNodes(REPLICAS)
                .setEligibleLeaderReplicas(List.of())
                .setLastKnownElr(List.of());
    }
}
