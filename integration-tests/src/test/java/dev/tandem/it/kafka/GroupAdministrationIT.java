package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DescribeGroups, ListGroups and DescribeCluster. */
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

    private ConsumerGroupDescription describe(Admin admin) {
        return KafkaFixture.get(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    }
}
