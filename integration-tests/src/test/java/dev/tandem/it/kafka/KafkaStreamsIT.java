package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.KafkaPrograms;
import dev.tandem.it.fixture.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka Streams application with state, processing at least once. */
class KafkaStreamsIT {
    private static final int LINES = 50;

    @Test
    void countsWordsAcrossAKillOfTheBroker(@TempDir Path folder) {
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String lines = kafka.createTopic(1);
            String counts = kafka.createTopic(1);
            try (var application = start(broker, lines, counts, folder.resolve("state"))) {
                produce(kafka, lines);
                awaitCounts(broker, counts, LINES);

                // when
                broker.kill();
                broker.start();
                produce(kafka, lines);

                // then
                awaitCounts(broker, counts, 2 * LINES);
                assertThat(application.lines("FAILED")).isEmpty();
            }
        }
    }

    @Test
    void restoresItsStateFromTheChangelog(@TempDir Path folder) {
        try (var broker = BrokerProcess.start(folder.resolve("data"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String lines = kafka.createTopic(1);
            String counts = kafka.createTopic(1);
            try (var application = start(broker, lines, counts, folder.resolve("state"))) {
                produce(kafka, lines);
                awaitCounts(broker, counts, LINES);
                assertThat(application.lines("FAILED")).isEmpty();
            }

            // when: the application comes back without its own disk
            try (var application = start(broker, lines, counts, folder.resolve("another-state"))) {
                produce(kafka, lines);

                // then
                awaitCounts(broker, counts, 2 * LINES);
                assertThat(application.lines("FAILED")).isEmpty();
            }
        }
    }

    private static Program start(BrokerProcess broker, String lines, String counts, Path state) {
        return KafkaPrograms.start(
                "dev.tandem.kafkaprograms.WordCount", broker.kafkaBootstrap(), lines, counts, state.toString());
    }

    private static void produce(KafkaFixture kafka, String topic) {
        String[] lines = new String[LINES];
        java.util.Arrays.fill(lines, "log queue log");
        kafka.produce(topic, 0, lines);
    }

    /** Counts may exceed what was sent, since processing is at least once; none may be missing. */
    private static void awaitCounts(BrokerProcess broker, String topic, int lines) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            Map<String, Long> latest = latestCounts(broker, topic);
            assertThat(latest.getOrDefault("log", 0L)).isGreaterThanOrEqualTo(2L * lines);
            assertThat(latest.getOrDefault("queue", 0L)).isGreaterThanOrEqualTo(lines);
        });
    }

    private static Map<String, Long> latestCounts(BrokerProcess broker, String topic) {
        var settings = new Properties();
        settings.put("bootstrap.servers", broker.kafkaBootstrap());
        var latest = new HashMap<String, Long>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> latest.put(record.key(), record.value()));
            }
        }
        return latest;
    }
}
