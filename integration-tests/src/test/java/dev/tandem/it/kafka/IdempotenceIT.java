package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker remembers of Kafka's own idempotent producer, and for how long. */
class IdempotenceIT {
    @TempDir
    Path directory;

    @Test
    void remembersAProducerAcrossAKill() throws Exception {
        try (var broker = BrokerProcess.start(directory.resolve("data"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            var where = new TopicPartition(kafka.createTopic(1), 0);
            try (var producer = kafka.producer()) {
                send(producer, where, "a");
                send(producer, where, "b");
                ProducerState before = onlyProducer(kafka, where);
                assertThat(before.lastSequence()).isEqualTo(1);

                // when
                broker.kill();
                broker.start();

                // then
                assertThat(onlyProducer(kafka, where)).isEqualTo(before);
                send(producer, where, "c");
                assertThat(onlyProducer(kafka, where).producerId()).isEqualTo(before.producerId());
                assertThat(onlyProducer(kafka, where).lastSequence()).isEqualTo(2);
            }
            assertThat(KafkaFixture.values(kafka.readToEnd(where.topic(), 0))).containsExactly("a", "b", "c");
        }
    }

    @Test
    void forgetsAnIdleProducerWhichThenGoesOn() throws Exception {
        var settings = List.of("kafka.producer-id-expiration=1s", "storage.cleaning-interval=100ms");
        try (var broker = BrokerProcess.start(directory.resolve("data"), "512m", settings)) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            var where = new TopicPartition(kafka.createTopic(1), 0);
            try (var admin = kafka.admin();
                    var producer = kafka.producer()) {
                assertThat(brokerConfig(admin, "producer.id.expiration.ms").value())
                        .isEqualTo("1000");
                send(producer, where, "a");

                // when
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(producers(admin, where)).isEmpty());

                // then
                assertThat(send(producer, where, "b")).isEqualTo(1);
                assertThat(KafkaFixture.values(kafka.readToEnd(where.topic(), 0)))
                        .containsExactly("a", "b");
            }
        }
    }

    private static long send(Producer<String, String> producer, TopicPartition where, String value) throws Exception {
        return producer.send(new ProducerRecord<>(where.topic(), where.partition(), null, value))
                .get()
                .offset();
    }

    private static ProducerState onlyProducer(KafkaFixture kafka, TopicPartition where) {
        try (var admin = kafka.admin()) {
            assertThat(producers(admin, where)).hasSize(1);
            return producers(admin, where).get(0);
        }
    }

    private static List<ProducerState> producers(Admin admin, TopicPartition where) {
        return KafkaFixture.get(admin.describeProducers(List.of(where)).partitionResult(where))
                .activeProducers();
    }

    private static ConfigEntry brokerConfig(Admin admin, String name) {
        var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        return KafkaFixture.get(admin.describeConfigs(List.of(broker)).all())
                .get(broker)
                .get(name);
    }
}
