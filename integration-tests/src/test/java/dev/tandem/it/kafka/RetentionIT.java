package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.app.Tandem;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records go by age and size, and are found by time, as clients see it. */
class RetentionIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path dataDir;

    private Tandem tandem;
    private KafkaFixture kafka;

    @BeforeEach
    void start() {
        tandem = Tandem.builder()
                .dataDir(dataDir)
                .set("storage.cleaning-interval", "20ms")
                .start();
        kafka = new KafkaFixture(tandem.kafkaBootstrap());
    }

    @AfterEach
    void stop() {
        tandem.close();
    }

    @Test
    void dropsRecordsThatAreTooOldAndKeepsTheEnd() {
        // given
        var partition = createTopic(Map.of("retention.ms", "600000"));
        long now = System.currentTimeMillis();
        for (int i = 0; i < 3; i++) {
            produceAt(partition, now - 3_600_000, "old");
        }

        // then
        awaitStart(partition, 3);
        assertThat(end(partition)).isEqualTo(3);
        produceAt(partition, now, "new");
        assertThat(readAll(partition)).containsExactly("new");
        try (var consumer = kafka.consumer("group", Map.of("auto.offset.reset", "none"))) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, 2);
            assertThatThrownBy(() -> KafkaFixture.poll(consumer, 1))
                    .isInstanceOfSatisfying(
                            OffsetOutOfRangeException.class, refused -> assertThat(refused.offsetOutOfRangePartitions())
                                    .isEqualTo(Map.of(partition, 2L)));
        }
        try (var consumer = kafka.consumer("group")) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, 2);
            assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 1))).containsExactly("new");
        }
    }

    @Test
    void dropsTheOldestRecordsOfAPartitionThatIsTooLarge() {
        // given
        var partition = createTopic(Map.of("retention.bytes", "200000"));
        String value = "x".repeat(10_000);

        // when
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            kafka.produce(partition.topic(), 0, value);
            return start(partition) > 0;
        });

        // then at least as much is left as was to be kept
        List<String> left = readAll(partition);
        assertThat(left.size() * 10_100).isGreaterThanOrEqualTo(200_000);
        assertThat(left).allSatisfy(record -> assertThat(record).isEqualTo(value));
    }

    @Test
    void actsOnARetentionThatIsChangedLater() {
        // given
        var partition = createTopic(Map.of());
        produceAt(partition, System.currentTimeMillis() - 60_000, "a minute old");
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, partition.topic());

        // when
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.incrementalAlterConfigs(Map.of(
                            resource,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                    .all());
        }

        // then
        awaitStart(partition, 1);
    }

    @Test
    void actsOnTheRetentionOfTopicsFromBeforeAStart() {
        // given
        var partition = createTopic(Map.of("retention.ms", "3000"));
        long now = System.currentTimeMillis();
        produceAt(partition, now, "young");

        // when
        stop();
        start();

        // then
        awaitStart(partition, 1);
    }

    @Test
    void findsRecordsByTimeAlsoAfterAStart() {
        // given
        var partition = createTopic(Map.of());
        long base = System.currentTimeMillis() - 100_000;
        for (long time : new long[] {100, 900, 200, 900, 300}) {
            produceAt(partition, base + time, "v");
        }

        for (int run = 0; run < 2; run++) {
            // then
            try (var consumer = kafka.consumer("group");
                    var admin = kafka.admin()) {
                var found =
                        consumer.offsetsForTimes(Map.of(partition, base + 150)).get(partition);
                assertThat(found.offset()).isEqualTo(1);
                assertThat(found.timestamp()).isEqualTo(base + 900);
                assertThat(consumer.offsetsForTimes(Map.of(partition, base + 901))
                                .get(partition))
                        .isNull();
                var latest = KafkaFixture.get(admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                        .partitionResult(partition));
                assertThat(latest.offset()).isEqualTo(1);
                assertThat(latest.timestamp()).isEqualTo(base + 900);
            }

            // when
            stop();
            start();
        }
    }

    @Test
    void aTopicOfTheSameNameShowsNothingOfTheOneBefore() {
        // given
        var partition = createTopic(Map.of());
        kafka.produce(partition.topic(), 0, "old", "older");
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.deleteTopics(List.of(partition.topic())).all());

            // when
            KafkaFixture.get(admin.createTopics(List.of(new NewTopic(partition.topic(), 1, (short) 1)))
                    .all());
        }
        kafka.produce(partition.topic(), 0, "new");

        // then
        assertThat(start(partition)).isZero();
        assertThat(KafkaFixture.values(kafka.readToEnd(partition.topic(), 0))).containsExactly("new");
        stop();
        start();
        assertThat(KafkaFixture.values(kafka.readToEnd(partition.topic(), 0))).containsExactly("new");
    }

    private TopicPartition createTopic(Map<String, String> configs) {
        String topic = Names.unique("topic");
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                    .all());
        }
        return new TopicPartition(topic, 0);
    }

    private List<String> readAll(TopicPartition partition) {
        try (var consumer = kafka.consumer("group")) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            return KafkaFixture.values(KafkaFixture.poll(consumer, (int) (end(partition) - start(partition))));
        }
    }

    private void produceAt(TopicPartition partition, long timestamp, String value) {
        try (var producer = kafka.producer()) {
            var sent = producer.send(new ProducerRecord<>(partition.topic(), 0, timestamp, null, value));
            assertThat(sent).succeedsWithin(LIMIT);
        }
    }

    private void awaitStart(TopicPartition partition, long offset) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(start(partition))
                .isEqualTo(offset));
    }

    private long start(TopicPartition partition) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.get(admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                            .partitionResult(partition))
                    .offset();
        }
    }

    private long end(TopicPartition partition) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.get(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition))
                    .offset();
        }
    }
}
