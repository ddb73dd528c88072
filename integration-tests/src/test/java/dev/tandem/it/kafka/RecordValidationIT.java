package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's own producer is told of records that a topic does not take, and what a topic makes of others. */
class RecordValidationIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void namesTheRecordsWithoutAKeyInACompactedTopic() {
        // given
        String topic = createTopic(Map.of("cleanup.policy", "compact"));
        try (var producer = kafka.producer(Map.of("linger.ms", 60_000))) {
            // when: one batch
            Future<RecordMetadata> keyed = producer.send(new ProducerRecord<>(topic, 0, "key", "value"));
            Future<RecordMetadata> keyless = producer.send(new ProducerRecord<>(topic, 0, null, "value"));
            producer.flush();

            // then
            assertThatThrownBy(keyless::get)
                    .cause()
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessage(
                            "Compacted topic cannot accept message without key in topic partition " + topic + "-0.");
            assertThatThrownBy(keyed::get)
                    .cause()
                    .hasMessage("Failed to append record because it was part of a batch which had one more more"
                            + " invalid records");
        }
        assertThat(kafka.readToEnd(topic, 0)).isEmpty();
    }

    @Test
    void refusesTimestampsOutsideTheTopicsBounds() {
        // given
        String topic = createTopic(
                Map.of("message.timestamp.before.max.ms", "60000", "message.timestamp.after.max.ms", "60000"));
        long now = System.currentTimeMillis();
        try (var producer = kafka.producer()) {
            // then
            for (long time : new long[] {now - 3_600_000, now + 3_600_000}) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, 0, time, "k", "v"))
                                .get())
                        .cause()
                        .isInstanceOf(InvalidTimestampException.class)
                        .hasMessageContaining("Timestamp " + time + " of message with offset 0 is out of range");
            }
        }
        kafka.produce(topic, 0, "in bounds");
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0))).containsExactly("in bounds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void storesBatchesInTheCompressionThatTheTopicDemands(String compression) throws Exception {
        // given
        String topic = createTopic(Map.of("compression.type", compression));
        String text = "compressible ".repeat(2_000);

        // when
        try (var none = kafka.producer();
                var lz4 = kafka.producer(Map.of("compression.type", "lz4"))) {
            none.send(new ProducerRecord<>(topic, 0, "k", text)).get();
            lz4.send(new ProducerRecord<>(topic, 0, "k", text)).get();
        }

        // then
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0))).containsExactly(text, text);
        assertThat(storedBytes(topic) > 2L * text.length())
                .as("stored unpacked")
                .isEqualTo(compression.equals("uncompressed"));
    }

    @Test
    void measuresABatchOnceItIsCompressedAnew() throws Exception {
        // given
        String topic = createTopic(Map.of("max.message.bytes", "10000"));
        String text = "x".repeat(50_000);
        try (var producer = kafka.producer(Map.of("compression.type", "gzip"));
                var admin = kafka.admin()) {
            producer.send(new ProducerRecord<>(topic, 0, "k", text)).get();

            // when
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var unpacked = new AlterConfigOp(new ConfigEntry("compression.type", "uncompressed"), OpType.SET);
            KafkaFixture.get(admin.incrementalAlterConfigs(Map.of(resource, List.of(unpacked)))
                    .all());

            // then
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, 0, "k", text))
                            .get())
                    .hasCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    private String createTopic(Map<String, String> configs) {
        String topic = Names.unique("topic");
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                    .all());
        }
        return topic;
    }

    private long storedBytes(String topic) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.get(admin.describeLogDirs(List.of(1)).allDescriptions()).get(1).values().stream()
                    .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(topic))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
    }
}
