package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.api.ApiHandler;
import dev.tandem.kafka.api.RequestContext;
import dev.tandem.kafka.topic.NewTopic;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.Time;

/** A started coordinator over a store, spoken to as a client's requests would. */
final class CoordinatorFixture implements AutoCloseable {
    final GroupCoordinatorAdapter adapter;
    final TopicTable topics;
    private final TopicChanges changes;

    CoordinatorFixture(StorageEngine store) {
        this(store, Time.SYSTEM, KafkaConfig.defaults().offsetsRetentionCheckInterval());
    }

    /**
     * @param offsetsCheckInterval how often expired offsets are looked for; the check also removes a group whose first
     *     member has its id but has not joined with it yet
     */
    CoordinatorFixture(StorageEngine store, Time time, Duration offsetsCheckInterval) {
        var config = KafkaConfig.defaults()
                .withGroupInitialRebalanceDelay(Duration.ZERO)
                .withOffsetsRetentionCheckInterval(offsetsCheckInterval);
        this.topics = new TopicTable(store, config);
        this.changes = new TopicChanges(store, topics);
        this.adapter = new GroupCoordinatorAdapter(store, config, topics, time);
        adapter.start().join();
        await().until(() -> this.<ListGroupsResponseData>call(ApiKeys.LIST_GROUPS, 5, new ListGroupsRequestData())
                        .errorCode()
                == Errors.NONE.code());
    }

    Topic createTopic(String name, int partitions) {
        return changes.create(new NewTopic(name, partitions, Map.of()), Runnable::run)
                .toCompletableFuture()
                .join();
    }

    void deleteTopic(Topic topic) {
        changes.delete(topic, Runnable::run).toCompletableFuture().join();
    }

    /** Hands a request over; the answer is one that can be written in the request's version. */
    @SuppressWarnings("unchecked")
    <R extends ApiMessage> CompletableFuture<R> send(ApiKeys key, int version, ApiMessage request) {
        var handler = (ApiHandler<ApiMessage, R>) adapter.handlers().stream()
                .filter(candidate -> candidate.key() == key)
                .findFirst()
                .orElseThrow();
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        var context = new RequestContext((short) version, "client", here, here, Runnable::run);
        return handler.handle(context, request).toCompletableFuture().thenApply(response -> {
            MessageUtil.toByteBufferAccessor(response, (short) version);
            return response;
        });
    }

    <R extends ApiMessage> R call(ApiKeys key, int version, ApiMessage request) {
        return this.<R>send(key, version, request)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** Sends a classic member's join, as a consumer that knows its member id already. */
    CompletableFuture<JoinGroupResponseData> join(String group, String memberId, int version) {
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
        return send(
                ApiKeys.JOIN_GROUP,
                version,
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setProtocolType("consumer")
                        .setSessionTimeoutMs(10_000)
                        .setRebalanceTimeoutMs(60_000)
                        .setProtocols(protocols));
    }

    /** Makes a group of one stable classic member; answers how the member joined. */
    JoinGroupResponseData stableGroup(String group) {
        // Before v4 a new member is not sent back for its id.
        var joined = join(group, "", 3).orTimeout(20, TimeUnit.SECONDS).join();
        call(
                ApiKeys.SYNC_GROUP,
                3,
                new SyncGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(joined.memberId())
                        .setGenerationId(joined.generationId())
                        .setAssignments(List.of(new SyncGroupRequestAssignment()
                                .setMemberId(joined.memberId())
                                .setAssignment(new byte[] {2}))));
        return joined;
    }

    /** Commits an offset from outside of a group's membership; answers the partition's error. */
    Errors commit(String group, String topic, int partition, long offset) {
        return commitLater(group, topic, partition, offset)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** The same without waiting for the answer. */
    CompletableFuture<Errors> commitLater(String group, String topic, int partition, long offset) {
        CompletableFuture<OffsetCommitResponseData> response = send(
                ApiKeys.OFFSET_COMMIT,
                8,
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setTopics(List.of(new OffsetCommitRequestTopic()
                                .setName(topic)
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(partition)
                                        .setCommittedOffset(offset))))));
        return response.thenApply(answer ->
                Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode()));
    }

    /** The committed offset of one partition, -1 for none. */
    long committed(String group, String topic, int partition) {
        return fetch(group, topic, partition, false).committedOffset();
    }

    OffsetFetchResponsePartitions fetch(String group, String topic, int partition, boolean requireStable) {
        OffsetFetchResponseData response = call(
                ApiKeys.OFFSET_FETCH,
                8,
                new OffsetFetchRequestData()
                        .setRequireStable(requireStable)
                        .setGroups(List.of(new OffsetFetchRequestGroup()
                                .setGroupId(group)
                                .setTopics(List.of(new OffsetFetchRequestTopics()
                                        .setName(topic)
                                        .setPartitionIndexes(List.of(partition)))))));
        return response.groups().get(0).topics().get(0).partitions().get(0);
    }

    /** A heartbeat with which a member joins a group of the consumer protocol. */
    static ConsumerGroupHeartbeatRequestData consumerMember(String group, String memberId) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(60_000)
                .setTopicPartitions(List.of());
    }

    /** Heartbeats until the member is told so many partitions. */
    ConsumerGroupHeartbeatResponseData awaitPartitions(ConsumerGroupHeartbeatRequestData heartbeat, int partitions) {
        return await().atMost(30, TimeUnit.SECONDS)
                .until(
                        () -> {
                            ConsumerGroupHeartbeatResponseData response =
                                    call(ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1, heartbeat);
                            assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.NONE);
                            return response;
                        },
                        response -> response.assignment() != null
                                && response.assignment().topicPartitions().stream()
                                                .mapToInt(topic ->
                                                        topic.partitions().size())
                                                .sum()
                                        == partitions);
    }

    /** The epoch of a member of a group of the consumer protocol. */
    int memberEpoch(String group, String memberId) {
        ConsumerGroupDescribeResponseData described = call(
                ApiKeys.CONSUMER_GROUP_DESCRIBE, 1, new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group)));
        return described.groups().get(0).members().stream()
                .filter(member -> member.memberId().equals(memberId))
                .findFirst()
                .orElseThrow()
                .memberEpoch();
    }

    /** Another group id of the same coordinator partition. */
    String groupBeside(String group) {
        int partition = adapter.service().partitionFor(group);
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "beside-" + number)
                .filter(other -> adapter.service().partitionFor(other) == partition)
                .findFirst()
                .orElseThrow();
    }

    /** Stops the coordinator and leaves the store open. */
    @Override
    public void close() {
        adapter.stop();
    }
}
