package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.future.Futures;
import dev.tandem.kafka.topic.NewTopic;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * CreateTopics 2-7. v4 defaults for partitions and replication factor (-1), v5 the configs in the answer and flexible,
 * v6 throttling errors, v7 topic ids. One broker means one replica: any other replication factor is refused.
 */
final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequestData, CreateTopicsResponseData> {
    /** {@code DescribeConfigsResponse.ConfigSource.TOPIC_CONFIG}. */
    private static final byte TOPIC_CONFIG_SOURCE = 1;

    private final KafkaConfig config;
    private final TopicChanges changes;

    CreateTopicsHandler(KafkaConfig config, TopicChanges changes) {
        this.config = config;
        this.changes = changes;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_TOPICS;
    }

    @Override
    public CompletionStage<CreateTopicsResponseData> handle(RequestContext context, CreateTopicsRequestData request) {
        if (partitions(request) > TopicChanges.MAX_PARTITIONS) {
            return CompletableFuture.failedFuture(new PolicyViolationException(
                    "Excessively large number of partitions per request: at most " + TopicChanges.MAX_PARTITIONS));
        }
        var results = new ArrayList<CompletableFuture<CreatableTopicResult>>();
        var names = new HashMap<String, Integer>();
        request.topics().forEach(topic -> names.merge(topic.name(), 1, Integer::sum));
        // Of a name that comes twice, Kafka creates neither.
        names.forEach((name, count) -> {
            if (count > 1) {
                results.add(CompletableFuture.completedFuture(refused(
                        name, new InvalidRequestException("Topic '" + name + "' appears twice in one request."))));
            } else {
                results.add(create(context, request.topics().find(name), request.validateOnly()));
            }
        });
        return Futures.allOf(results).thenApply(all -> {
            var response = new CreateTopicsResponseData();
            response.topics().addAll(all);
            return response;
        });
    }

    private static long partitions(CreateTopicsRequestData request) {
        return request.topics().stream()
                .mapToLong(topic -> Math.max(
                        1, Math.max(topic.numPartitions(), topic.assignments().size())))
                .sum();
    }

    private CompletableFuture<CreatableTopicResult> create(
            RequestContext context, CreatableTopic asked, boolean validateOnly) {
        NewTopic topic;
        try {
            topic = read(asked);
            if (validateOnly) {
                changes.validate(topic);
                return CompletableFuture.completedFuture(created(topic, Uuid.ZERO_UUID));
            }
        } catch (ApiException e) {
            return CompletableFuture.completedFuture(refused(asked.name(), e));
        }
        return changes.create(topic, context.eventLoop())
                .thenApply(Topic::id)
                .handle((id, failure) ->
                        failure == null ? created(topic, id) : refused(asked.name(), KafkaErrors.exception(failure)))
                .toCompletableFuture();
    }

    private NewTopic read(CreatableTopic asked) {
        var configs = new HashMap<String, String>();
        for (CreatableTopicConfig entry : asked.configs()) {
            if (entry.value() == null) {
                throw new InvalidConfigurationException(
                        "Config '" + entry.name() + "' of topic '" + asked.name() + "' has no value.");
            }
            configs.put(entry.name(), entry.value());
        }
        if (!asked.assignments().isEmpty()) {
            return new NewTopic(asked.name(), assigned(asked), configs);
        }
        if (asked.replicationFactor() != -1 && asked.replicationFactor() != 1) {
            throw new InvalidReplicationFactorException("Replication factor of topic '" + asked.name()
                    + "' must be 1, not " + asked.replicationFactor() + ": there is one broker.");
        }
        int partitions = asked.numPartitions() == -1 ? config.numPartitions() : asked.numPartitions();
        return new NewTopic(asked.name(), partitions, configs);
    }

    /** Partitions of a manual assignment: 0 to n-1, each on this broker. */
    private static int assigned(CreatableTopic asked) {
        if (asked.numPartitions() != -1 || asked.replicationFactor() != -1) {
            throw new InvalidRequestException("Topic '" + asked.name()
                    + "' has a replica assignment; partitions and replication factor must then both be -1.");
        }
        int count = asked.assignments().size();
        for (CreatableReplicaAssignment assignment : asked.assignments()) {
            int partition = assignment.partitionIndex();
            if (partition < 0 || partition >= count) {
                throw new InvalidReplicaAssignmentException("Partitions of topic '" + asked.name()
                        + "' must be consecutive from 0, but one is " + partition + ".");
            }
            if (!assignment.brokerIds().equals(List.of(KafkaConfig.NODE_ID))) {
                throw new InvalidReplicaAssignmentException("Partition " + partition + " of topic '" + asked.name()
                        + "' can only be on broker " + KafkaConfig.NODE_ID + ", not on " + assignment.brokerIds());
            }
        }
        return count;
    }

    private static CreatableTopicResult created(NewTopic topic, Uuid id) {
        var configs = new ArrayList<CreatableTopicConfigs>();
        for (Map.Entry<String, String> entry : topic.configs().entrySet()) {
            configs.add(new CreatableTopicConfigs()
                    .setName(entry.getKey())
                    .setValue(entry.getValue())
                    .setConfigSource(TOPIC_CONFIG_SOURCE));
        }
        return new CreatableTopicResult()
                .setName(topic.name())
                .setTopicId(id)
                .setNumPartitions(topic.partitions())
                .setReplicationFactor((short) 1)
                .setConfigs(configs);
    }

    private static CreatableTopicResult refused(String name, ApiException reason) {
        return new CreatableTopicResult()
                .setName(name)
                .setErrorCode(Errors.forException(reason).code())
                .setErrorMessage(reason.getMessage())
                .setNumPartitions(-1)
                .setReplicationFactor((short) -1);
    }
}
