package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DescribeGroups, ListGroups, DeleteGroups, OffsetDelete, offsets set from outside, and DescribeCluster. */
class GroupAdministrationIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();
    private final String group = Names.unique("group");

    @Test
    void describesAGroupWithItsMembers() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 0, "a");
        try (var consumer = kafka.consumer(group, Map.of("client.id", "reader"));
                var admin = kafka.admin()) {
            consumer.subscribe(List.of(topic));
            KafkaFixture.poll(consumer, 1);

            // when
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(50));
                return describe(admin).groupState() == GroupState.STABLE;
            });
            ConsumerGroupDescription description = describe(admin);

            // then
            assertThat(description.members()).singleElement().satisfies(member -> {
                assertThat(member.clientId()).isEqualTo("reader");
                assertThat(member.assignment().topicPartitions()).hasSize(2);
            });
            assertThat(KafkaFixture.get(admin.listGroups().all()))
                    .extracting(GroupListing::groupId)
                    .contains(group);
        }
    }

    @Test
    void showsAGroupWithoutMembersAsEmpty() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a");
        try (var consumer = kafka.consumer(group)) {
            consumer.subscribe(List.of(topic));
            KafkaFixture.poll(consumer, 1);
        }

        // when
        try (var admin = kafka.admin()) {
            var description = describe(admin);

            // then
            assertThat(description.groupState()).isEqualTo(GroupState.EMPTY);
            assertThat(description.members()).isEmpty();
        }
    }

    @Test
    void describesTheClusterAsOneBroker() {
        // when
        try (var admin = kafka.admin()) {
            var cluster = admin.describeCluster();

            // then
            assertThat(KafkaFixture.get(cluster.clusterId())).isNotBlank();
            assertThat(KafkaFixture.get(cluster.nodes())).singleElement().satisfies(node -> assertThat(
                            node.host() + ":" + node.port())
                    .isEqualTo(kafka.bootstrap().replace("localhost", "127.0.0.1")));
        }
    }

    @Test
    void setsOffsetsOfAGroupWithoutMembersOnly() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 0, "a", "b", "c");
        var partition = new TopicPartition(topic, 0);
        var offsets = Map.of(partition, new OffsetAndMetadata(1, "set from outside"));
        try (var admin = kafka.admin()) {
            try (var consumer = kafka.consumer(group)) {
                consumer.subscribe(List.of(topic));
                KafkaFixture.poll(consumer, 3);
                assertThat(KafkaFixture.failure(
                                admin.alterConsumerGroupOffsets(group, offsets).all()))
                        .isInstanceOf(UnknownMemberIdException.class);
            }

            // when
            KafkaFixture.get(admin.alterConsumerGroupOffsets(group, offsets).all());

            // then
            assertThat(KafkaFixture.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()))
                    .containsEntry(partition, new OffsetAndMetadata(1, "set from outside"));
            try (var consumer = kafka.consumer(group)) {
                consumer.subscribe(List.of(topic));
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 2))).containsExactly("b", "c");
            }
        }
    }

    @Test
    void deletesOffsetsOfTopicsThatNobodyInTheGroupReads() {
        // given
        String read = kafka.createTopic(1);
        String unread = kafka.createTopic(1);
        var ofRead = new TopicPartition(read, 0);
        var ofUnread = new TopicPartition(unread, 0);
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.alterConsumerGroupOffsets(
                            group, Map.of(ofRead, new OffsetAndMetadata(0), ofUnread, new OffsetAndMetadata(0)))
                    .all());
            try (var consumer = kafka.consumer(group)) {
                consumer.subscribe(List.of(read));
                kafka.produce(read, 0, "a");
                KafkaFixture.poll(consumer, 1);

                // when
                var deleted = admin.deleteConsumerGroupOffsets(group, Set.of(ofRead, ofUnread));

                // then
                KafkaFixture.get(deleted.partitionResult(ofUnread));
                assertThat(KafkaFixture.failure(deleted.partitionResult(ofRead)))
                        .isInstanceOf(GroupSubscribedToTopicException.class);
                assertThat(KafkaFixture.get(
                                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()))
                        .containsOnlyKeys(ofRead);
            }
        }
    }

    @Test
    void deletesAGroupWithoutMembersOnly() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a");
        try (var admin = kafka.admin()) {
            try (var consumer = kafka.consumer(group)) {
                consumer.subscribe(List.of(topic));
                KafkaFixture.poll(consumer, 1);
                assertThat(KafkaFixture.failure(
                                admin.deleteConsumerGroups(List.of(group)).all()))
                        .isInstanceOf(GroupNotEmptyException.class);
            }

            // when
            KafkaFixture.get(admin.deleteConsumerGroups(List.of(group)).all());

            // then
            assertThat(KafkaFixture.get(admin.listGroups().all()))
                    .extracting(GroupListing::groupId)
                    .doesNotContain(group);
            assertThat(KafkaFixture.failure(
                            admin.deleteConsumerGroups(List.of(group)).all()))
                    .isInstanceOf(GroupIdNotFoundException.class);
        }
    }

    private ConsumerGroupDescription describe(Admin admin) {
        return KafkaFixture.get(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    }
}
