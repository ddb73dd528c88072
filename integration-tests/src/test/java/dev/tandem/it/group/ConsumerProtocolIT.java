package dev.tandem.it.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The consumer protocol (KIP-848): the broker assigns. */
class ConsumerProtocolIT {
    @TempDir
    private static Path dataDir;

    private static BrokerProcess broker;

    private final KafkaFixture kafka = new KafkaFixture(broker.kafkaBootstrap());
    private final String group = Names.unique("group");

    @BeforeAll
    static void startBroker() {
        broker = BrokerProcess.start(
                dataDir,
                "512m",
                List.of("kafka.group-initial-rebalance-delay=0", "kafka.group-heartbeat-interval=100ms"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"uniform, 3, 3", "range, 4, 2"})
    void assignsAsTheMembersAskTo(String assignor, int most, int least) {
        // given
        String orders = kafka.createTopic(3);
        String invoices = kafka.createTopic(3);
        Supplier<GroupMember> join = () -> member(Map.of(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, assignor))
                .subscribe(orders, invoices);
        try (var first = join.get();
                var admin = kafka.admin()) {
            GroupMember.pollUntilShared(List.of(first), 6);

            // when
            var second = join.get();
            GroupMember.pollUntilShared(List.of(first, second), most, least);
            var kept = first.assignment();

            // then
            assertThat(first.revoked()).hasSize(6 - kept.size()).doesNotContainAnyElementsOf(kept);
            ConsumerGroupDescription described = describe(admin);
            assertThat(described.type()).isEqualTo(GroupType.CONSUMER);
            assertThat(described.partitionAssignor()).isEqualTo(assignor);
            assertThat(described.members()).hasSize(2);
            second.close();
            GroupMember.pollUntilShared(List.of(first), 6);
            assertThat(first.lost()).isEmpty();
        }
    }

    @Test
    void refusesAnAssignorThatItDoesNotHave() {
        // given
        String topic = kafka.createTopic(1);
        try (var member = member(Map.of(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "mine"))) {
            member.subscribe(topic);

            // then
            assertThatThrownBy(() -> GroupMember.pollUntilShared(List.of(member), 1))
                    .isInstanceOf(UnsupportedAssignorException.class);
        }
    }

    @Test
    void refusesAnExpressionThatRe2DoesNotKnow() {
        try (var member = member(Map.of())) {
            member.subscribe(new SubscriptionPattern("(?!orders).*"));

            // then
            assertThatThrownBy(() -> GroupMember.pollUntilShared(List.of(member), 1))
                    .isInstanceOf(InvalidRegularExpression.class);
        }
    }

    /** The coordinator looks at expressions again every 10 s at most, so one test does for both changes. */
    @Test
    void aSubscriptionByExpressionFollowsTopicsThatComeAndGo() {
        // given
        String prefix = Names.unique("orders");
        try (var member = member(Map.of());
                var admin = kafka.admin()) {
            create(admin, prefix + "-eu", prefix + "-us", Names.unique("other-" + prefix));
            member.subscribe(new SubscriptionPattern(prefix + "-(eu|us|asia)"));
            awaitTopics(member, prefix + "-eu", prefix + "-us");

            // when
            KafkaFixture.get(admin.deleteTopics(List.of(prefix + "-us")).all());
            create(admin, prefix + "-asia", prefix + "-asia-test");

            // then
            awaitTopics(member, prefix + "-eu", prefix + "-asia");
            kafka.produce(prefix + "-asia", 1, "from the new one");
            GroupMember.pollUntil(
                    List.of(member), () -> assertThat(member.values()).containsExactly("from the new one"));
        }
    }

    @Test
    void aGroupMovesFromTheClassicProtocolWithoutAStop() {
        // given
        String topic = kafka.createTopic(4);
        var classic = new GroupMember(kafka, group, Map.of()).subscribe(topic);
        GroupMember.pollUntilShared(List.of(classic), 4);
        kafka.produce(topic, 0, "before");
        GroupMember.pollUntil(
                List.of(classic), () -> assertThat(classic.values()).containsExactly("before"));

        // when
        try (var modern = member(Map.of()).subscribe(topic);
                var admin = kafka.admin()) {
            GroupMember.pollUntilShared(List.of(classic, modern), 2, 2);
            classic.close();
            GroupMember.pollUntilShared(List.of(modern), 4);
            kafka.produce(topic, 0, "after");
            GroupMember.pollUntil(
                    List.of(modern), () -> assertThat(modern.values()).hasSize(1));

            // then
            assertThat(modern.values()).containsExactly("after");
            assertThat(describe(admin).type()).isEqualTo(GroupType.CONSUMER);
        }
    }

    private GroupMember member(Map<String, String> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        return new GroupMember(kafka, group, all);
    }

    private static void create(Admin admin, String... topics) {
        KafkaFixture.get(admin.createTopics(List.of(topics).stream()
                        .map(topic -> new NewTopic(topic, 2, (short) 1))
                        .toList())
                .all());
    }

    private static void awaitTopics(GroupMember member, String... topics) {
        GroupMember.pollUntil(List.of(member), () -> assertThat(
                        member.assignment().stream().collect(Collectors.groupingBy(TopicPartition::topic)))
                .containsOnlyKeys(topics)
                .allSatisfy((topic, partitions) -> assertThat(partitions).hasSize(2)));
    }

    private ConsumerGroupDescription describe(Admin admin) {
        return KafkaFixture.get(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    }
}
