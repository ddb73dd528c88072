package dev.tandem.it.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classic protocol with each of the client's assignors, while members come and go. */
class ClassicGroupIT {
    private static final int PARTITIONS = 3;

    @TempDir
    private static Path dataDir;

    private static BrokerProcess broker;

    private final KafkaFixture kafka = new KafkaFixture(broker.kafkaBootstrap());
    private final String group = Names.unique("group");
    private final String orders = kafka.createTopic(PARTITIONS);
    private final String invoices = kafka.createTopic(PARTITIONS);
    private final List<String> sent = new ArrayList<>();

    @BeforeAll
    static void startBroker() {
        broker = BrokerProcess.start(dataDir, "512m", List.of("kafka.group-initial-rebalance-delay=0"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                RangeAssignor.class,
                RoundRobinAssignor.class,
                StickyAssignor.class,
                CooperativeStickyAssignor.class
            })
    void sharesPartitionsAndReadsEachRecordOnceWhileMembersComeAndGo(
            Class<? extends ConsumerPartitionAssignor> assignor) {
        boolean cooperative = assignor.equals(CooperativeStickyAssignor.class);
        boolean sticky = cooperative || assignor.equals(StickyAssignor.class);
        try (var first = member(assignor)) {
            // given
            GroupMember.pollUntilShared(List.of(first), 6);
            send();
            GroupMember.pollUntil(
                    List.of(first), () -> assertThat(first.values()).hasSameSizeAs(sent));

            // when
            var second = member(assignor);
            // Range deals out topic by topic, and the odd partition of each goes to the same member.
            GroupMember.pollUntilShared(
                    List.of(first, second),
                    assignor.equals(RangeAssignor.class) ? new Integer[] {4, 2} : new Integer[] {3, 3});
            var ofTwo = List.copyOf(first.assignment());
            var movedToTheSecond = List.copyOf(second.assignment());
            var third = member(assignor);
            GroupMember.pollUntilShared(List.of(first, second, third), 2, 2, 2);
            var ofThree = List.copyOf(first.assignment());
            send();
            GroupMember.pollUntil(List.of(first, second, third), () -> assertThat(values(first, second, third))
                    .hasSizeGreaterThanOrEqualTo(sent.size()));
            var revokedSoFar = new HashSet<>(first.revoked());
            second.close();
            third.close();
            GroupMember.pollUntilShared(List.of(first), 6);
            send();
            GroupMember.pollUntil(List.of(first), () -> assertThat(values(first, second, third))
                    .hasSizeGreaterThanOrEqualTo(sent.size()));

            // then
            assertThat(values(first, second, third)).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(Stream.of(first, second, third).flatMap(member -> member.lost().stream()))
                    .isEmpty();
            if (sticky) {
                assertThat(ofTwo).containsAll(ofThree);
            }
            if (cooperative) {
                assertThat(revokedSoFar).containsAll(movedToTheSecond).doesNotContainAnyElementsOf(ofThree);
            } else {
                assertThat(revokedSoFar).as("all, at each rebalance").hasSize(6);
            }
        }
    }

    private GroupMember member(Class<?> assignor) {
        var settings = Map.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, assignor.getName());
        return new GroupMember(kafka, group, settings).subscribe(orders, invoices);
    }

    /** A few records to every partition. */
    private void send() {
        try (var producer = kafka.producer()) {
            for (String topic : List.of(orders, invoices)) {
                for (int number = 0; number < 5 * PARTITIONS; number++) {
                    String value = Names.unique("v");
                    producer.send(new ProducerRecord<>(topic, number % PARTITIONS, null, value));
                    sent.add(value);
                }
            }
        }
    }

    private static List<String> values(GroupMember... members) {
        return Stream.of(members).flatMap(member -> member.values().stream()).toList();
    }
}
