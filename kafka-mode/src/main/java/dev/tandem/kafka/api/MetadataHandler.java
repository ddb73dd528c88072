package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.NewTopic;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Metadata 0-13. v0 lists all topics for an empty list, later ones for null; v1 controller and internal flag, v2 cluster
 * id, v4 lets the client forbid auto-creation, v5 offline replicas, v7 leader epoch, v8 authorized operations, v9
 * flexible, v10 topic ids, v12 asks by topic id, v13 top-level error.
 *
 * <p>An unknown topic is created before the answer, so that a client needs no second try.
 */
final class MetadataHandler implements ApiHandler<MetadataRequestData, MetadataResponseData> {
    private static final short FIRST_VERSION_BY_ID = 12;
    private static final List<Integer> REPLICAS = List.of(KafkaConfig.NODE_ID);

    private final KafkaConfig config;
    private final String clusterId;
    private final IntSupplier leaderEpoch;
    private final TopicTable topics;
    private final TopicChanges changes;

    MetadataHandler(
            KafkaConfig config, String clusterId, IntSupplier leaderEpoch, TopicTable topics, TopicChanges changes) {
        this.config = config;
        this.clusterId = clusterId;
        this.leaderEpoch = leaderEpoch;
        this.topics = topics;
        this.changes = changes;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.METADATA;
    }

    @Override
    public CompletionStage<MetadataResponseData> handle(RequestContext context, MetadataRequestData request) {
        MetadataResponseData response = cluster(context, request);
        List<MetadataRequestTopic> asked = request.topics();
        if (asked == null || (context.apiVersion() == 0 && asked.isEmpty())) {
            for (Topic topic : topics.all()) {
                response.topics().mustAdd(describe(topic, request));
            }
            return CompletableFuture.completedFuture(response);
        }
        if (asked.stream().anyMatch(topic -> !topic.topicId().equals(Uuid.ZERO_UUID))) {
            answerById(context, asked, request, response);
            return CompletableFuture.completedFuture(response);
        }
        boolean mayCreate = config.autoCreateTopics() && (context.apiVersion() < 4 || request.allowAutoTopicCreation());
        var creations = new ArrayList<CompletableFuture<?>>();
        for (MetadataRequestTopic topic : asked) {
            String name = topic.name();
            if (name == null) {
                throw new InvalidRequestException("A topic of the Metadata request has neither name nor id");
            }
            if (topics.byName(name).isEmpty() && mayCreate) {
                creations.add(create(context, request, name, response));
            } else if (response.topics().find(name) == null) {
                response.topics().add(answer(name, request));
            }
        }
        if (creations.isEmpty()) {
            return CompletableFuture.completedFuture(response);
        }
        return CompletableFuture.allOf(creations.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> response);
    }

    private CompletableFuture<?> create(
            RequestContext context, MetadataRequestData request, String name, MetadataResponseData response) {
        var topic = new NewTopic(name, config.numPartitions(), Map.of());
        return changes.ensure(topic, context.eventLoop())
                .handle((created, failure) -> {
                    if (response.topics().find(name) == null) {
                        response.topics()
                                .add(
                                        failure == null
                                                ? describe(created, request)
                                                : failed(name, Uuid.ZERO_UUID, KafkaErrors.of(failure)));
                    }
                    return null;
                })
                .toCompletableFuture();
    }

    /**
     * One id is enough for all names to be ignored, as Kafka does it: clients that ask by id leave them empty.
     *
     * <p>An unknown id has the empty name, where Kafka's has none: at that the Java consumer (4.4) never looks at metadata
     * again, and asking for a topic just deleted is what a subscription by expression does.
     */
    private void answerById(
            RequestContext context,
            List<MetadataRequestTopic> asked,
            MetadataRequestData request,
            MetadataResponseData response) {
        if (context.apiVersion() < FIRST_VERSION_BY_ID) {
            throw new InvalidRequestException(
                    "Topic ids are not supported in Metadata requests of version " + context.apiVersion());
        }
        asked.stream()
                .map(MetadataRequestTopic::topicId)
                .filter(id -> !id.equals(Uuid.ZERO_UUID))
                .distinct()
                .map(id -> topics.byId(id)
                        .map(topic -> describe(topic, request))
                        .orElseGet(() -> failed("", id, Errors.UNKNOWN_TOPIC_ID)))
                .forEach(response.topics()::add);
    }

    private MetadataResponseTopic answer(String name, MetadataRequestData request) {
        boolean legal = org.apache.kafka.common.internals.Topic.isValid(name);
        return topics.byName(name)
                .map(topic -> describe(topic, request))
                .orElseGet(() -> failed(
                        name,
                        Uuid.ZERO_UUID,
                        legal ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INVALID_TOPIC_EXCEPTION));
    }

    private MetadataResponseTopic describe(Topic topic, MetadataRequestData request) {
        var partitions =
                new ArrayList<MetadataResponsePartition>(topic.partitions().size());
        for (Partition partition : topic.partitions()) {
            partitions.add(new MetadataResponsePartition()
                    .setPartitionIndex(partition.index())
                    .setLeaderId(KafkaConfig.NODE_ID)
                    .setLeaderEpoch(leaderEpoch.getAsInt())
                    .setReplicaNodes(REPLICAS)
                    .setIsrNodes(REPLICAS));
        }
        var answer = new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setPartitions(partitions);
        if (request.includeTopicAuthorizedOperations()) {
            answer.setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
        }
        return answer;
    }

    private static MetadataResponseTopic failed(String name, Uuid id, Errors error) {
        return new MetadataResponseTopic().setName(name).setTopicId(id).setErrorCode(error.code());
    }

    private MetadataResponseData cluster(RequestContext context, MetadataRequestData request) {
        AdvertisedAddress address = AdvertisedAddress.of(config, context);
        var response = new MetadataResponseData().setClusterId(clusterId).setControllerId(KafkaConfig.NODE_ID);
        response.brokers()
                .add(new MetadataResponseBroker()
                        .setNodeId(KafkaConfig.NODE_ID)
                        .setHost(address.host())
                        .setPort(address.port()));
        if (request.includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        return response;
    }
}
