package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.storage.StorageEngine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Listener;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ListenerCollection;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeQuorum 0-2. v1 fetch times, v2 directory ids and nodes. A quorum of one: this broker leads, its log of
 * definitions ends at the catalog's revision.
 */
final class DescribeQuorumHandler implements ApiHandler<DescribeQuorumRequestData, DescribeQuorumResponseData> {
    private static final short NODES_SINCE = 2;

    private final KafkaConfig config;
    private final StorageEngine storage;

    DescribeQuorumHandler(KafkaConfig config, StorageEngine storage) {
        this.config = config;
        this.storage = storage;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_QUORUM;
    }

    @Override
    public CompletionStage<DescribeQuorumResponseData> handle(
            RequestContext context, DescribeQuorumRequestData request) {
        var response = new DescribeQuorumResponseData().setErrorMessage(null);
        for (DescribeQuorumRequestData.TopicData asked : request.topics()) {
            var topic = new TopicData().setTopicName(asked.topicName());
            for (DescribeQuorumRequestData.PartitionData partition : asked.partitions()) {
                boolean isMetadata =
                        asked.topicName().equals(Topic.CLUSTER_METADATA_TOPIC_NAME) && partition.partitionIndex() == 0;
                topic.partitions().add(isMetadata ? metadata() : unknown(partition.partitionIndex()));
            }
            response.topics().add(topic);
        }
        if (context.apiVersion() >= NODES_SINCE) {
            response.nodes().add(node(context));
        }
        return CompletableFuture.completedFuture(response);
    }

    private Node node(RequestContext context) {
        AdvertisedAddress address = AdvertisedAddress.of(config, context);
        var listeners = new ListenerCollection();
        listeners.add(
                new Listener().setName("PLAINTEXT").setHost(address.host()).setPort(address.port()));
        return new Node().setNodeId(KafkaConfig.NODE_ID).setListeners(listeners);
    }

    private PartitionData metadata() {
        long end = storage.catalog().revision();
        var voter = new ReplicaState()
                .setReplicaId(KafkaConfig.NODE_ID)
                .setLogEndOffset(end)
                .setLastFetchTimestamp(-1)
                .setLastCaughtUpTimestamp(-1);
        return new PartitionData()
                .setErrorMessage(null)
                .setLeaderId(KafkaConfig.NODE_ID)
                .setLeaderEpoch(storage.leaderEpoch())
                .setHighWatermark(end)
                .setCurrentVoters(List.of(voter));
    }

    private static PartitionData unknown(int index) {
        return new PartitionData()
                .setPartitionIndex(index)
                .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code())
                .setErrorMessage(Errors.UNKNOWN_TOPIC_OR_PARTITION.message());
    }
}
