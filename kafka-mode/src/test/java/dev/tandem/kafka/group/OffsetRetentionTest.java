package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafka.offsets-retention}, seven days by default. */
class OffsetRetentionTest {
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);

    @TempDir
    private Path dataDir;

    private final AdvancedTime time = new AdvancedTime();
    private StorageEngine store;
    private CoordinatorFixture coordinator;

    @BeforeEach
    void start() {
        store = StorageEngine.open(StorageConfig.defaults(dataDir));
        coordinator = new CoordinatorFixture(store, time, CHECK_INTERVAL);
        coordinator.createTopic("orders", 2);
    }

    @AfterEach
    void stop() {
        coordinator.close();
        store.close();
    }

    private void restart() {
        stop();
        store = StorageEngine.open(StorageConfig.defaults(dataDir));
        coordinator = new CoordinatorFixture(store, time, CHECK_INTERVAL);
    }

    @Test
    void dropsOffsetsByTheirAgeAlsoOverARestart() {
        // given
        coordinator.commit("tail", "orders", 0, 5);
        time.advance(Duration.ofDays(4));
        coordinator.commit("tail", "orders", 1, 6);
        restart();

        // when
        time.advance(Duration.ofDays(4));

        // then
        await().until(() -> coordinator.committed("tail", "orders", 0) == -1);
        assertThat(coordinator.committed("tail", "orders", 1)).isEqualTo(6);
        restart();
        assertThat(coordinator.committed("tail", "orders", 0)).isEqualTo(-1);
        assertThat(coordinator.committed("tail", "orders", 1)).isEqualTo(6);
    }

    @Test
    void followsTheRetentionThatAnOldClientAsksFor() {
        // given
        coordinator.commit("tail", "orders", 0, 5);
        OffsetCommitResponseData response = coordinator.call(
                ApiKeys.OFFSET_COMMIT,
                4,
                new OffsetCommitRequestData()
                        .setGroupId("tail")
                        .setRetentionTimeMs(Duration.ofMinutes(1).toMillis())
                        .setTopics(List.of(new OffsetCommitRequestTopic()
                                .setName("orders")
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(1)
                                        .setCommittedOffset(6))))));
        assertThat(response.topics().get(0).partitions().get(0).errorCode()).isEqualTo(Errors.NONE.code());

        // when
        time.advance(Duration.ofMinutes(2));

        // then
        await().until(() -> coordinator.committed("tail", "orders", 1) == -1);
        assertThat(coordinator.committed("tail", "orders", 0)).isEqualTo(5);
    }

    @Test
    void keepsOffsetsOfAGroupWithMembersHoweverOld() {
        // given
        String member = "m-1";
        coordinator.awaitPartitions(
                CoordinatorFixture.consumerMember("live", member).setSubscribedTopicNames(List.of("orders")), 2);
        OffsetCommitResponseData response = coordinator.call(
                ApiKeys.OFFSET_COMMIT,
                9,
                new OffsetCommitRequestData()
                        .setGroupId("live")
                        .setMemberId(member)
                        .setGenerationIdOrMemberEpoch(coordinator.memberEpoch("live", member))
                        .setTopics(List.of(new OffsetCommitRequestTopic()
                                .setName("orders")
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(0)
                                        .setCommittedOffset(5))))));
        assertThat(response.topics().get(0).partitions().get(0).errorCode()).isEqualTo(Errors.NONE.code());
        // In the same coordinator partition, so that one look takes both in.
        String tail = coordinator.groupBeside("live");
        coordinator.commit(tail, "orders", 0, 6);

        // when
        time.advance(Duration.ofDays(8));

        // then
        await().until(() -> coordinator.committed(tail, "orders", 0) == -1);
        assertThat(coordinator.committed("live", "orders", 0)).isEqualTo(5);
    }
}
