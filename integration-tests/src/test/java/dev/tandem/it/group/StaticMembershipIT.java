package dev.tandem.it.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members with an id of their own ({@code group.instance.id}, KIP-345) in both protocols. */
class StaticMembershipIT {
    private static final String CLASSIC = "classic";
    private static final String CONSUMER = "consumer";

    @TempDir
    private static Path dataDir;

    private static BrokerProcess broker;

    private final KafkaFixture kafka = new KafkaFixture(broker.kafkaBootstrap());
    private final String group = Names.unique("group");
    private final String topic = kafka.createTopic(4);

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
    @ValueSource(strings = {CLASSIC, CONSUMER})
    void aMemberThatComesBackGetsItsPartitionsWithoutARebalance(String protocol) {
        try (var stays = member(protocol, "stays")) {
            // given
            var goes = member(protocol, "goes");
            GroupMember.pollUntilShared(List.of(stays, goes), 2, 2);
            int generation = stays.generation();
            int assignments = stays.assignments();
            var partitions = Set.copyOf(goes.assignment());

            // when
            goes.close();
            try (var back = member(protocol, "goes")) {
                GroupMember.pollUntil(List.of(stays, back), () -> assertThat(back.assignment())
                        .isEqualTo(partitions));
                partitions.forEach(
                        partition -> kafka.produce(topic, partition.partition(), "for the one that is back"));
                GroupMember.pollUntil(
                        List.of(stays, back), () -> assertThat(back.values()).hasSize(2));

                // then
                assertThat(stays.generation()).isEqualTo(generation);
                assertThat(stays.assignments()).isEqualTo(assignments);
                assertThat(stays.assignment()).hasSize(2).doesNotContainAnyElementsOf(partitions);
            }
        }
    }

    @Test
    void theOlderOfTwoClassicMembersWithOneIdIsFenced() {
        try (var older = member(CLASSIC, "twin")) {
            // given
            GroupMember.pollUntilShared(List.of(older), 4);

            // when
            try (var newer = member(CLASSIC, "twin")) {
                GroupMember.pollUntilShared(List.of(newer), 4);

                // then
                assertThat(failureOf(older)).isInstanceOf(FencedInstanceIdException.class);
                newer.poll();
                assertThat(newer.assignment()).hasSize(4);
            }
        }
    }

    @Test
    void theNewerOfTwoMembersOfTheConsumerProtocolWithOneIdIsRefused() {
        try (var older = member(CONSUMER, "twin")) {
            // given
            GroupMember.pollUntilShared(List.of(older), 4);

            // when
            try (var newer = member(CONSUMER, "twin")) {

                // then
                assertThat(failureOf(newer)).isInstanceOf(UnreleasedInstanceIdException.class);
                older.poll();
                assertThat(older.assignment()).hasSize(4);
            }
        }
    }

    @Test
    void anAdministratorRemovesAMemberByItsId() {
        try (var stays = member(CLASSIC, "stays");
                var admin = kafka.admin()) {
            // given
            var goes = member(CLASSIC, "goes");
            GroupMember.pollUntilShared(List.of(stays, goes), 2, 2);
            goes.close();

            // when
            KafkaFixture.get(admin.removeMembersFromConsumerGroup(
                            group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("goes"))))
                    .all());

            // then
            GroupMember.pollUntilShared(List.of(stays), 4);
        }
    }

    private GroupMember member(String protocol, String instanceId) {
        return new GroupMember(
                        kafka,
                        group,
                        Map.of(
                                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                                protocol,
                                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                                instanceId))
                .subscribe(topic);
    }

    private static Throwable failureOf(GroupMember member) {
        var failure = new AtomicReference<Throwable>();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            failure.set(catchThrowable(member::poll));
            return failure.get() != null;
        });
        return failure.get();
    }
}
