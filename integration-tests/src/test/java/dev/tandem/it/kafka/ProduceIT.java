package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProduceIT {
    private static final int MANY = 2_000;

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void assignsOffsetsInTheOrderOfAnIdempotentProducer() throws Exception {
        // given
        String topic = kafka.createTopic(1);
        var acknowledged = new ArrayList<Future<RecordMetadata>>();

        // when
        try (var producer = kafka.producer()) {
            for (int i = 0; i < MANY; i++) {
                acknowledged.add(producer.send(new ProducerRecord<>(topic, 0, null, Integer.toString(i))));
            }
            producer.flush();
        }

        // then
        for (int i = 0; i < MANY; i++) {
            assertThat(acknowledged.get(i).get().offset()).isEqualTo(i);
        }
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0)))
                .isEqualTo(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    }

    @Test
    void keepsPartitionsApart() {
        // given
        String topic = kafka.createTopic(3);

        // when
        for (int partition = 0; partition < 3; partition++) {
            kafka.produce(topic, partition, "a" + partition, "b" + partition);
        }

        // then
        for (int partition = 0; partition < 3; partition++) {
            assertThat(KafkaFixture.values(kafka.readToEnd(topic, partition)))
                    .containsExactly("a" + partition, "b" + partition);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void keepsBatchesOfEveryCompression(String compression) {
        // given
        String topic = kafka.createTopic(1);
        List<String> values = IntStream.range(0, 500)
                .mapToObj(i -> "value " + i + " ".repeat(50))
                .toList();

        // when
        try (var producer = kafka.producer(Map.of("compression.type", compression, "linger.ms", 50))) {
            values.forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
        }

        // then
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0))).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void takesRecordsOfProducersThatWaitForLess(String acks) {
        // given
        String topic = kafka.createTopic(1);

        // when
        try (var producer = kafka.producer(Map.of("acks", acks, "enable.idempotence", false))) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, Integer.toString(i)));
            }
            producer.flush();
        }

        // then
        try (var consumer = kafka.consumer(topic)) {
            consumer.subscribe(List.of(topic));
            assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 10)))
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }
    }

    @Test
    void keepsKeysHeadersTimestampsAndMissingValues() throws Exception {
        // given
        String topic = kafka.createTopic(1);
        var record = new ProducerRecord<String, String>(topic, 0, 1_700_000_000_000L, "key", null);
        record.headers().add("h", "1".getBytes(StandardCharsets.UTF_8)).add("h", null);

        // when
        try (var producer = kafka.producer()) {
            producer.send(record).get();
        }

        // then
        assertThat(kafka.readToEnd(topic, 0)).singleElement().satisfies(read -> {
            assertThat(read.key()).isEqualTo("key");
            assertThat(read.value()).isNull();
            assertThat(read.timestamp()).isEqualTo(1_700_000_000_000L);
            assertThat(read.headers()).isEqualTo(record.headers());
        });
    }

    @Test
    void refusesABatchLargerThanTheTopicAllows() {
        // given
        String topic = kafka.createTopic(1);

        // when
        try (var producer = kafka.producer(Map.of("max.request.size", 4 << 20))) {
            var sent = producer.send(new ProducerRecord<>(topic, "x".repeat(2 << 20)));

            // then
            assertThatThrownBy(sent::get).hasCauseInstanceOf(RecordTooLargeException.class);
        }
        assertThat(kafka.readToEnd(topic, 0)).isEmpty();
    }
}
