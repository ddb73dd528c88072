package dev.tandem.kafka.group;

import static dev.tandem.kafka.group.CoordinatorFixture.consumerMember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tandem.kafka.admin.KafkaAdmin.GroupView;
import dev.tandem.kafka.admin.KafkaAdmin.LagView;
import dev.tandem.kafka.admin.KafkaAdmin.MemberView;
import dev.tandem.kafka.api.CoordinatorRequestContext;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the coordinator does over any store. */
abstract class GroupCoordinatorContract {
    private static final long PRODUCER = 4711;
    private static final short PRODUCER_EPOCH = 3;

    private StorageEngine store;
    private CoordinatorFixture coordinator;
    private Topic orders;

    abstract StorageEngine openStore();

    /** The same data, as a new process would find it. */
    abstract StorageEngine reopenStore(StorageEngine store);

    @BeforeEach
    void start() {
        store = openStore();
        coordinator = new CoordinatorFixture(store);
        orders = coordinator.createTopic("orders", 3);
    }

    @AfterEach
    void stop() {
        coordinator.close();
        store.close();
    }

    private void restart() {
        coordinator.close();
        store = reopenStore(store);
        coordinator = new CoordinatorFixture(store);
    }

    @Test
    void sendsANewMemberBackWithItsIdFromVersionFourOn() {
        // when
        JoinGroupResponseData first =
                coordinator.join("g", "", 4).orTimeout(20, TimeUnit.SECONDS).join();
        JoinGroupResponseData second = coordinator
                .join("g", first.memberId(), 4)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        // then
        assertThat(Errors.forCode(first.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
        assertThat(first.memberId()).startsWith("client-");
        assertThat(Errors.forCode(second.errorCode())).isEqualTo(Errors.NONE);
        assertThat(second.leader()).isEqualTo(first.memberId());
        assertThat(second.generationId()).isEqualTo(1);
    }

    @Test
    void keepsAStableMemberAliveByHeartbeatsAndLetsItLeave() {
        // given
        var member = coordinator.stableGroup("g");

        // when
        HeartbeatResponseData alive = coordinator.call(
                ApiKeys.HEARTBEAT,
                1,
                new HeartbeatRequestData()
                        .setGroupId("g")
                        .setMemberId(member.memberId())
                        .setGenerationId(member.generationId()));
        LeaveGroupResponseData left = coordinator.call(
                ApiKeys.LEAVE_GROUP,
                1,
                new LeaveGroupRequestData().setGroupId("g").setMemberId(member.memberId()));
        LeaveGroupResponseData leftTwice = coordinator.call(
                ApiKeys.LEAVE_GROUP,
                1,
                new LeaveGroupRequestData().setGroupId("g").setMemberId(member.memberId()));

        // then
        assertThat(Errors.forCode(alive.errorCode())).isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(left.errorCode())).isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(leftTwice.errorCode())).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void refusesAnEmptyGroupId() {
        // when
        JoinGroupResponseData response =
                coordinator.join("", "", 3).orTimeout(20, TimeUnit.SECONDS).join();

        // then
        assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.INVALID_GROUP_ID);
    }

    @Test
    void remembersMembersAndOffsetsOverARestart() {
        // given
        var member = coordinator.stableGroup("workers");
        coordinator.commit("tail", "orders", 2, 17);
        coordinator.commit("tail", "orders", 2, 42);

        // when
        restart();

        // then
        DescribeGroupsResponseData described = coordinator.call(
                ApiKeys.DESCRIBE_GROUPS, 6, new DescribeGroupsRequestData().setGroups(List.of("workers")));
        assertThat(described.groups().get(0).groupState()).isEqualTo("Stable");
        assertThat(described.groups().get(0).members())
                .singleElement()
                .satisfies(remembered -> assertThat(remembered.memberId()).isEqualTo(member.memberId()));
        assertThat(coordinator.committed("tail", "orders", 2)).isEqualTo(42);
    }

    @Test
    void goesOnCountingOffsetsAfterARestart() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        restart();

        // when
        coordinator.commit("g", "orders", 0, 2);
        restart();

        // then
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(2);
    }

    @Test
    void refusesOffsetsOfTopicsAndPartitionsThatDoNotExist() {
        assertThat(coordinator.commit("g", "absent", 0, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(coordinator.commit("g", "orders", 3, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(coordinator.commit("g", "orders", 2, 1)).isEqualTo(Errors.NONE);
    }

    @Test
    void commitsAndFetchesByTopicId() {
        // given
        var known = orders.id();
        var unknown = Uuid.randomUuid();

        // when
        OffsetCommitResponseData committed = coordinator.call(
                ApiKeys.OFFSET_COMMIT,
                10,
                new OffsetCommitRequestData()
                        .setGroupId("g")
                        .setTopics(List.of(commitById(known, 5), commitById(unknown, 6))));
        OffsetFetchResponseData fetched = coordinator.call(
                ApiKeys.OFFSET_FETCH,
                10,
                new OffsetFetchRequestData()
                        .setGroups(List.of(new OffsetFetchRequestGroup()
                                .setGroupId("g")
                                .setTopics(List.of(fetchById(known), fetchById(unknown))))));
        OffsetFetchResponseData everything = coordinator.call(
                ApiKeys.OFFSET_FETCH,
                10,
                new OffsetFetchRequestData()
                        .setGroups(List.of(
                                new OffsetFetchRequestGroup().setGroupId("g").setTopics(null))));

        // then
        assertThat(committed.topics())
                .extracting(
                        topic -> topic.topicId(),
                        topic -> Errors.forCode(topic.partitions().get(0).errorCode()))
                .containsExactlyInAnyOrder(tuple(known, Errors.NONE), tuple(unknown, Errors.UNKNOWN_TOPIC_ID));
        assertThat(fetched.groups().get(0).topics())
                .extracting(
                        topic -> topic.topicId(),
                        topic -> topic.partitions().get(0).committedOffset(),
                        topic -> Errors.forCode(topic.partitions().get(0).errorCode()))
                .containsExactlyInAnyOrder(tuple(known, 5L, Errors.NONE), tuple(unknown, -1L, Errors.UNKNOWN_TOPIC_ID));
        assertThat(everything.groups().get(0).topics()).singleElement().satisfies(topic -> assertThat(topic.topicId())
                .isEqualTo(known));
    }

    @Test
    void fetchesOneGroupInTheOldForm() {
        // given
        coordinator.commit("g", "orders", 1, 9);

        // when
        OffsetFetchResponseData all = coordinator.call(
                ApiKeys.OFFSET_FETCH,
                2,
                new OffsetFetchRequestData().setGroupId("g").setTopics(null));
        OffsetFetchResponseData one = coordinator.call(
                ApiKeys.OFFSET_FETCH,
                1,
                new OffsetFetchRequestData()
                        .setGroupId("g")
                        .setTopics(List.of(new OffsetFetchRequestData.OffsetFetchRequestTopic()
                                .setName("orders")
                                .setPartitionIndexes(List.of(0, 1)))));

        // then
        assertThat(all.topics()).singleElement().satisfies(topic -> assertThat(
                        topic.partitions().get(0).committedOffset())
                .isEqualTo(9));
        assertThat(one.topics().get(0).partitions())
                .extracting(partition -> partition.committedOffset())
                .containsExactly(-1L, 9L);
    }

    @Test
    void showsTransactionalOffsetsOnceTheTransactionCommits() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        commitInTransaction(100);

        // when
        var whileOpen = coordinator.fetch("g", "orders", 0, true);
        restart();
        var whileOpenAfterRestart = coordinator.fetch("g", "orders", 0, true);
        endTransaction(TransactionResult.COMMIT);
        restart();

        // then
        assertThat(Errors.forCode(whileOpen.errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
        assertThat(Errors.forCode(whileOpenAfterRestart.errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
        assertThat(coordinator.fetch("g", "orders", 0, true).committedOffset()).isEqualTo(100);
    }

    @Test
    void dropsTransactionalOffsetsWhenTheTransactionAborts() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        commitInTransaction(100);

        // when
        restart();
        endTransaction(TransactionResult.ABORT);
        var afterAbort = coordinator.fetch("g", "orders", 0, true);
        restart();

        // then
        assertThat(afterAbort.committedOffset()).isEqualTo(1);
        assertThat(coordinator.fetch("g", "orders", 0, true).committedOffset()).isEqualTo(1);
    }

    @Test
    void keepsALaterPlainCommitWhenAnEarlierTransactionalOneEnds() {
        // given
        commitInTransaction(100);
        coordinator.commit("g", "orders", 0, 200);

        // when
        restart();
        endTransaction(TransactionResult.COMMIT);
        long afterCommit = coordinator.committed("g", "orders", 0);
        restart();

        // then
        assertThat(afterCommit).isEqualTo(200);
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(200);
    }

    @Test
    void forgetsTheOffsetsOfADeletedTopic() {
        // given
        coordinator.commit("g", "orders", 0, 5);

        // when
        coordinator.deleteTopic(orders);

        // then
        await().until(() -> coordinator.committed("g", "orders", 0) == -1);
    }

    @Test
    void deletesSingleOffsetsAndEmptyGroups() {
        // given
        coordinator.commit("g", "orders", 0, 5);
        coordinator.commit("g", "orders", 1, 6);
        var partitions = new OffsetDeleteRequestTopicCollection();
        partitions.add(new OffsetDeleteRequestTopic()
                .setName("orders")
                .setPartitions(List.of(
                        new OffsetDeleteRequestPartition().setPartitionIndex(0),
                        new OffsetDeleteRequestPartition().setPartitionIndex(9))));

        // when
        OffsetDeleteResponseData offsets = coordinator.call(
                ApiKeys.OFFSET_DELETE,
                0,
                new OffsetDeleteRequestData().setGroupId("g").setTopics(partitions));
        long deleted = coordinator.committed("g", "orders", 0);
        long kept = coordinator.committed("g", "orders", 1);
        DeleteGroupsResponseData groups = coordinator.call(
                ApiKeys.DELETE_GROUPS, 2, new DeleteGroupsRequestData().setGroupsNames(List.of("g", "absent")));
        restart();

        // then
        assertThat(Errors.forCode(
                        offsets.topics().find("orders").partitions().find(9).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(deleted).isEqualTo(-1);
        assertThat(kept).isEqualTo(6);
        assertThat(Errors.forCode(groups.results().find("g").errorCode())).isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(groups.results().find("absent").errorCode())).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(coordinator.committed("g", "orders", 1)).isEqualTo(-1);
    }

    @Test
    void assignsPartitionsToAMemberOfTheConsumerProtocolAndRemembersIt() {
        // given
        String member = Uuid.randomUuid().toString();

        // when
        var assigned = coordinator.awaitPartitions(
                consumerMember("modern", member).setSubscribedTopicNames(List.of("orders")), 3);
        restart();

        // then
        assertThat(assigned.memberEpoch()).isPositive();
        ConsumerGroupDescribeResponseData described = coordinator.call(
                ApiKeys.CONSUMER_GROUP_DESCRIBE,
                1,
                new ConsumerGroupDescribeRequestData().setGroupIds(List.of("modern")));
        assertThat(described.groups().get(0).members())
                .singleElement()
                .satisfies(remembered -> assertThat(remembered.memberId()).isEqualTo(member));
    }

    @Test
    void startsWithTheConfigsOfGroupsThatAreStored() {
        // given
        var config = new Definition.Config("group", "modern", Map.of("consumer.heartbeat.interval.ms", "7000"));
        store.commit(Commit.builder().add(new Change.Define(config, true)), Durability.SYNCED)
                .join();

        // when
        restart();

        // then
        var heartbeat = consumerMember("modern", "m-1").setSubscribedTopicNames(List.of("orders"));
        assertThat(coordinator.awaitPartitions(heartbeat, 3).heartbeatIntervalMs())
                .isEqualTo(7000);
    }

    @Test
    void describesGroupsForTheConsole() {
        // given
        var member = coordinator.stableGroup("workers");
        coordinator.commit("tail", "orders", 2, 17);
        coordinator.awaitPartitions(consumerMember("modern", "m-1").setSubscribedTopicNames(List.of("orders")), 3);

        // when
        var groups =
                coordinator.adapter.describe().orTimeout(20, TimeUnit.SECONDS).join();

        // then
        assertThat(groups)
                .extracting(GroupView::id, GroupView::type)
                .containsExactly(tuple("modern", "consumer"), tuple("tail", "classic"), tuple("workers", "classic"));
        assertThat(groups.get(0).members()).extracting(MemberView::memberId).containsExactly("m-1");
        assertThat(groups.get(0).partitions())
                .extracting(LagView::topic, LagView::partition, LagView::committedOffset, LagView::lag)
                .containsExactly(
                        tuple("orders", 0, -1L, -1L), tuple("orders", 1, -1L, -1L), tuple("orders", 2, -1L, -1L));
        assertThat(groups.get(1).state()).isEqualTo("Empty");
        assertThat(groups.get(1).partitions())
                .extracting(LagView::topic, LagView::partition, LagView::committedOffset)
                .containsExactly(tuple("orders", 2, 17L));
        assertThat(groups.get(2).state()).isEqualTo("Stable");
        assertThat(groups.get(2).members()).extracting(MemberView::memberId).containsExactly(member.memberId());
    }

    private static OffsetCommitRequestTopic commitById(Uuid id, long offset) {
        return new OffsetCommitRequestTopic()
                .setTopicId(id)
                .setPartitions(List.of(
                        new OffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(offset)));
    }

    private static OffsetFetchRequestTopics fetchById(Uuid id) {
        return new OffsetFetchRequestTopics().setTopicId(id).setPartitionIndexes(List.of(0));
    }

    private void commitInTransaction(long offset) {
        var response = coordinator
                .adapter
                .service()
                .commitTransactionalOffsets(
                        CoordinatorRequestContext.internal(ApiKeys.TXN_OFFSET_COMMIT),
                        new TxnOffsetCommitRequestData()
                                .setTransactionalId("tx")
                                .setGroupId("g")
                                .setProducerId(PRODUCER)
                                .setProducerEpoch(PRODUCER_EPOCH)
                                .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                                        .setName("orders")
                                        .setPartitions(List.of(new TxnOffsetCommitRequestPartition()
                                                .setPartitionIndex(0)
                                                .setCommittedOffset(offset))))),
                        BufferSupplier.NO_CACHING)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(Errors.forCode(response.topics().get(0).partitions().get(0).errorCode()))
                .isEqualTo(Errors.NONE);
    }

    private void endTransaction(TransactionResult result) {
        var service = coordinator.adapter.service();
        service.completeTransaction(
                        new TopicPartition(GroupCoordinatorAdapter.OFFSETS_TOPIC, service.partitionFor("g")),
                        PRODUCER,
                        PRODUCER_EPOCH,
                        1,
                        result,
                        (short) 1)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
