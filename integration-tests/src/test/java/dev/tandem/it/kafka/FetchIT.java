package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FetchIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void answersAWaitingFetchWhenARecordArrives() {
        // given
        String topic = kafka.createTopic(1);
        var where = new TopicPartition(topic, 0);
        // A fetch that answered only at its deadline would take longer than the test waits.
        try (var consumer = kafka.consumer("waiting", Map.of("fetch.max.wait.ms", 25_000))) {
            consumer.assign(Set.of(where));
            consumer.seek(where, 0);
            consumer.poll(Duration.ofMillis(300));

            // when
            var polled = CompletableFuture.supplyAsync(() -> consumer.poll(Duration.ofSeconds(60)));
            kafka.produce(topic, 0, "late");

            // then
            assertThat(polled).succeedsWithin(Duration.ofSeconds(60)).satisfies(records -> assertThat(
                            KafkaFixture.values(records.records(where)))
                    .containsExactly("late"));

            // It waits for nothing more.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Test
    void sendsARecordLargerThanTheFetchAllows() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "x".repeat(100_000), "y");

        // when
        try (var consumer =
                kafka.consumer("small", Map.of("max.partition.fetch.bytes", 1_000, "fetch.max.bytes", 1_000))) {
            consumer.assign(Set.of(new TopicPartition(topic, 0)));
            var records = KafkaFixture.poll(consumer, 2);

            // then
            assertThat(records).extracting(record -> record.value().length()).containsExactly(100_000, 1);
        }
    }

    @Test
    void readsFromTheMiddleOfABatch() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(
                topic, 0, IntStream.range(0, 100).mapToObj(Integer::toString).toArray(String[]::new));
        var where = new TopicPartition(topic, 0);

        // when
        try (var consumer = kafka.consumer("middle")) {
            consumer.assign(Set.of(where));
            consumer.seek(where, 57);
            var records = KafkaFixture.poll(consumer, 43);

            // then
            assertThat(records.get(0).offset()).isEqualTo(57);
            assertThat(KafkaFixture.values(records))
                    .isEqualTo(
                            IntStream.range(57, 100).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void reportsAnOffsetPastTheEnd() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "only");
        var where = new TopicPartition(topic, 0);

        // when
        try (var consumer = kafka.consumer("past", Map.of("auto.offset.reset", "none"))) {
            consumer.assign(Set.of(where));
            consumer.seek(where, 5);

            // then
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void servesReadersOfCommittedRecords() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 0, "a");
        kafka.produce(topic, 1, "b");

        // when
        try (var consumer = kafka.consumer("committed", Map.of("isolation.level", "read_committed"))) {
            consumer.subscribe(List.of(topic));

            // then
            assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 2))).containsExactlyInAnyOrder("a", "b");
        }
    }
}
