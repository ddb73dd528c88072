package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FindCoordinator, JoinGroup, SyncGroup, Heartbeat and LeaveGroup, as a consumer uses them. */
class ConsumerGroupIT {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();
    private final String group = Names.unique("group");

    @Test
    void givesASingleMemberEveryPartition() {
        // given
        String topic = kafka.createTopic(3);
        IntStream.range(0, 3).forEach(partition -> kafka.produce(topic, partition, "v" + partition));

        // when
        try (var consumer = kafka.consumer(group)) {
            consumer.subscribe(List.of(topic));
            var records = KafkaFixture.poll(consumer, 3);

            // then
            assertThat(KafkaFixture.values(records)).containsExactlyInAnyOrder("v0", "v1", "v2");
            assertThat(consumer.assignment()).hasSize(3);
        }
    }

    @Test
    void sharesPartitionsWithASecondMemberAndReturnsThemWhenItLeaves() {
        // given
        String topic = kafka.createTopic(4);
        try (var first = kafka.consumer(group)) {
            first.subscribe(List.of(topic));
            awaitAssignments(Map.of(first, 4));

            // when
            try (var second = kafka.consumer(group)) {
                second.subscribe(List.of(topic));
                awaitAssignments(Map.of(first, 2, second, 2));

                // then
                var together = new HashSet<>(first.assignment());
                together.addAll(second.assignment());
                assertThat(together).hasSize(4);
            }
            awaitAssignments(Map.of(first, 4));
        }
    }

    @Test
    void continuesWhereTheGroupStopped() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a", "b");
        try (var consumer = kafka.consumer(group)) {
            consumer.subscribe(List.of(topic));
            KafkaFixture.poll(consumer, 2);
        }
        kafka.produce(topic, 0, "c");

        // when
        try (var consumer = kafka.consumer(group)) {
            consumer.subscribe(List.of(topic));

            // then
            assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 1))).containsExactly("c");
        }
    }

    @Test
    void keepsGroupsApart() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a");
        String other = Names.unique("other");
        for (String name : List.of(group, other)) {
            try (var consumer = kafka.consumer(name)) {
                consumer.subscribe(List.of(topic));

                // when
                var records = KafkaFixture.poll(consumer, 1);

                // then
                assertThat(KafkaFixture.values(records)).containsExactly("a");
            }
        }
    }

    @Test
    void servesTheConsumerProtocolOfKip848() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 0, "a");
        kafka.produce(topic, 1, "b");

        // when
        try (var consumer = kafka.consumer(group, Map.of("group.protocol", "consumer"))) {
            consumer.subscribe(List.of(topic));
            var records = KafkaFixture.poll(consumer, 2);
            consumer.commitSync();

            // then
            assertThat(KafkaFixture.values(records)).containsExactlyInAnyOrder("a", "b");
            assertThat(consumer.committed(Set.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
                            .values())
                    .extracting(committed -> committed.offset())
                    .containsOnly(1L);
        }
    }

    private static void awaitAssignments(Map<Consumer<String, String>, Integer> expected) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> assertThat(expected)
                .allSatisfy((consumer, partitions) -> {
                    consumer.poll(POLL);
                    assertThat(consumer.assignment()).hasSize(partitions);
                }));
    }
}
