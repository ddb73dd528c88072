package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Five thousand partitions of one broker. */
class ManyPartitionsIT {
    private static final Logger LOGGER = LoggerFactory.getLogger(ManyPartitionsIT.class);
    private static final int PARTITIONS = 5_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Instant lastStep = Instant.now();

    @Test
    void createsDescribesFillsRestartsAndReadsFiveThousandPartitions(@TempDir Path dataDir) {
        try (var broker = BrokerProcess.start(dataDir, "512m", List.of("kafka.group-initial-rebalance-delay=0"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            step("start an empty broker");
            String topic = kafka.createTopic(PARTITIONS);
            step("create the topic");
            try (var admin = kafka.admin()) {
                var described = KafkaFixture.get(
                        admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
                assertThat(described.partitions()).hasSize(PARTITIONS);
            }
            step("describe it");
            produceToAll(kafka, topic, "before");
            step("produce to all");

            // when
            broker.kill();
            broker.start();
            step("start again after a kill");
            produceToAll(kafka, topic, "after");
            step("produce to all");

            // then
            try (var consumer = kafka.consumer(topic + "-group", Map.of("max.poll.records", PARTITIONS))) {
                consumer.subscribe(List.of(topic));
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 2 * PARTITIONS)))
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, PARTITIONS)
                                .boxed()
                                .flatMap(partition -> List.of("before " + partition, "after " + partition).stream())
                                .toList());
                assertThat(consumer.assignment()).hasSize(PARTITIONS);
                step("read all in a group");
                consumer.commitSync(LIMIT);
                step("commit all offsets");
                assertThat(consumer.committed(consumer.assignment(), LIMIT).values())
                        .hasSize(PARTITIONS)
                        .allMatch(committed -> committed.offset() == 2);
            }
        }
    }

    private static void produceToAll(KafkaFixture kafka, String topic, String what) {
        try (var producer = kafka.producer()) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                sent.add(producer.send(new ProducerRecord<>(topic, partition, null, what + " " + partition)));
            }
            producer.flush();
            assertThat(sent).allSatisfy(future -> assertThat(future).succeedsWithin(LIMIT));
        }
    }

    private void step(String name) {
        Instant now = Instant.now();
        LOGGER.info(
                "{} partitions: {} in {} ms",
                PARTITIONS,
                name,
                Duration.between(lastStep, now).toMillis());
        lastStep = now;
    }
}
