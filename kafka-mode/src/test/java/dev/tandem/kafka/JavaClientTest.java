package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own client against the server, without groups. */
final class JavaClientTest {
    @TempDir
    Path directory;

    private RunningKafka kafka;

    @BeforeEach
    void start() {
        kafka = new RunningKafka(directory);
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void consumesWhatADefaultProducerSentInOrder() throws Exception {
        // given
        try (var producer = kafka.producer(Map.of())) {
            for (int i = 0; i < 1000; i++) {
                producer.send(new ProducerRecord<>("orders", 0, "k" + i, "v" + i));
            }
            producer.flush();
        }
        // when
        List<ConsumerRecord<String, String>> records = consume("orders", 1000);
        // then
        assertThat(records).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(records.get(i).offset()).isEqualTo(i);
            assertThat(records.get(i).key()).isEqualTo("k" + i);
            assertThat(records.get(i).value()).isEqualTo("v" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void acceptsEveryCodec(String codec) throws Exception {
        // given
        String large = "x".repeat(300_000);
        try (var producer = kafka.producer(Map.of("compression.type", codec))) {
            producer.send(new ProducerRecord<>("packed", "small")).get();
            producer.send(new ProducerRecord<>("packed", large)).get();
        }
        // when
        List<ConsumerRecord<String, String>> records = consume("packed", 2);
        // then
        assertThat(records).extracting(ConsumerRecord::value).containsExactly("small", large);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void storesWithEveryAcks(String acks) {
        // given
        try (var producer = kafka.producer(Map.of("acks", acks, "enable.idempotence", acks.equals("all")))) {
            producer.send(new ProducerRecord<>("acked", "a"));
            producer.send(new ProducerRecord<>("acked", "b"));
        }
        // when
        List<ConsumerRecord<String, String>> records = consume("acked", 2);
        // then
        assertThat(records).extracting(ConsumerRecord::value).containsExactly("a", "b");
    }

    @Test
    void answersAWaitingFetchWhenARecordArrives() throws Exception {
        // given
        try (var admin = kafka.admin();
                var consumer = kafka.consumer(Map.of("fetch.max.wait.ms", 60_000, "request.timeout.ms", 70_000));
                var producer = kafka.producer(Map.of())) {
            admin.createTopics(List.of(new NewTopic("slow", 1, (short) 1)))
                    .all()
                    .get();
            var partition = new TopicPartition("slow", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
            // when
            producer.send(new ProducerRecord<>("slow", "at last")).get();
            // then
            assertThat(consumer.poll(Duration.ofSeconds(60)))
                    .extracting(ConsumerRecord::value)
                    .containsExactly("at last");
            // The next fetch is already under way and would wait its minute.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Test
    void keepsTopicsRecordsAndClusterIdAcrossRestarts() throws Exception {
        // given
        String clusterId;
        try (var producer = kafka.producer(Map.of("compression.type", "lz4"));
                var admin = kafka.admin()) {
            clusterId = admin.describeCluster().clusterId().get();
            producer.send(new ProducerRecord<>("kept", "one")).get();
        }
        // when
        kafka.close();
        kafka = new RunningKafka(directory);
        try (var producer = kafka.producer(Map.of())) {
            producer.send(new ProducerRecord<>("kept", "two")).get();
        }
        // then
        assertThat(consume("kept", 2)).extracting(ConsumerRecord::value).containsExactly("one", "two");
        try (var admin = kafka.admin()) {
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
        }
    }

    @Test
    void createsDescribesListsAndDeletesTopics() throws Exception {
        try (var admin = kafka.admin()) {
            // given
            admin.createTopics(List.of(
                            new NewTopic("one", 3, (short) 1).configs(Map.of("retention.ms", "1000")),
                            new NewTopic("two", java.util.Optional.empty(), java.util.Optional.empty())))
                    .all()
                    .get();
            // when
            var described =
                    admin.describeTopics(List.of("one", "two")).allTopicNames().get();
            // then
            assertThat(described.get("one").partitions()).hasSize(3);
            assertThat(described.get("two").partitions()).hasSize(1);
            assertThat(admin.listTopics().names().get()).containsExactlyInAnyOrder("one", "two");
            admin.deleteTopics(List.of("one")).all().get();
            assertThat(admin.listTopics().names().get()).containsExactly("two");
        }
    }

    @Test
    void refusesTopicsItCannotHave() {
        try (var admin = kafka.admin()) {
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("r", 1, (short) 3)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(InvalidReplicationFactorException.class);
            assertThatThrownBy(() -> admin.createTopics(
                                    List.of(new NewTopic("c", 1, (short) 1).configs(Map.of("no.such", "x"))))
                            .all()
                            .get())
                    .hasCauseInstanceOf(InvalidConfigurationException.class);
            assertThatThrownBy(() -> admin.createTopics(
                                    List.of(new NewTopic("p", 6000, (short) 1), new NewTopic("q", 6000, (short) 1)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(PolicyViolationException.class);
            assertThatThrownBy(() -> {
                        admin.createTopics(List.of(new NewTopic("twice", 1, (short) 1)))
                                .all()
                                .get();
                        admin.createTopics(List.of(new NewTopic("twice", 1, (short) 1)))
                                .all()
                                .get();
                    })
                    .hasCauseInstanceOf(TopicExistsException.class);
        }
    }

    @Test
    void describesEveryConfigOfATopicWithItsDefault() throws Exception {
        try (var admin = kafka.admin()) {
            // given
            admin.createTopics(List.of(new NewTopic("tuned", 1, (short) 1).configs(Map.of("retention.ms", "1000"))))
                    .all()
                    .get();
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, "tuned");
            var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            // when
            var configs = admin.describeConfigs(List.of(topic, broker)).all().get();
            // then
            assertThat(configs.get(topic).get("retention.ms").value()).isEqualTo("1000");
            assertThat(configs.get(topic).get("retention.ms").isDefault()).isFalse();
            assertThat(configs.get(topic).get("cleanup.policy").value()).isEqualTo("delete");
            assertThat(configs.get(topic).get("max.message.bytes").value()).isEqualTo("1048588");
            assertThat(configs.get(broker).get("num.partitions").value()).isEqualTo("1");
        }
    }

    @Test
    void growsATopicAndKeepsItsRecords() throws Exception {
        try (var admin = kafka.admin();
                var producer = kafka.producer(Map.of("metadata.max.age.ms", 100))) {
            // given
            producer.send(new ProducerRecord<>("grown", 0, "k", "before")).get();
            // when
            admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(3)))
                    .all()
                    .get();
            // then
            Awaitility.await().until(() -> producer.partitionsFor("grown").size() == 3);
            assertThat(producer.send(new ProducerRecord<>("grown", 2, "k", "after"))
                            .get()
                            .offset())
                    .isZero();
            assertThat(consume("grown", 1)).extracting(ConsumerRecord::value).containsExactly("before");
            assertThatThrownBy(() -> admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(2)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(InvalidPartitionsException.class);
        }
    }

    @Test
    void deletesRecordsBelowAnOffset() throws Exception {
        try (var admin = kafka.admin();
                var producer = kafka.producer(Map.of("batch.size", 0))) {
            // given
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("trimmed", "v" + i));
            }
            producer.flush();
            var partition = new TopicPartition("trimmed", 0);
            // when
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(4)))
                    .all()
                    .get();
            // then
            assertThat(offset(admin, partition, OffsetSpec.earliest())).isEqualTo(4);
            assertThat(consume("trimmed", 6))
                    .extracting(ConsumerRecord::offset)
                    .startsWith(4L)
                    .hasSize(6);
        }
    }

    @Test
    void deletesNoRecordsOfATopicThatIsOnlyCompacted() throws Exception {
        // given
        var partition = new TopicPartition("kept", 0);
        try (var admin = kafka.admin()) {
            admin.createTopics(List.of(
                            new NewTopic("kept", 1, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                            new NewTopic("both", 1, (short) 1).configs(Map.of("cleanup.policy", "compact,delete"))))
                    .all()
                    .get();
            // when
            var refused = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(0)))
                    .all();
            // then
            assertThatThrownBy(refused::get).hasCauseInstanceOf(PolicyViolationException.class);
            admin.deleteRecords(Map.of(new TopicPartition("both", 0), RecordsToDelete.beforeOffset(0)))
                    .all()
                    .get();
        }
    }

    @Test
    void findsOffsetsByTime() throws Exception {
        // given
        long start = System.currentTimeMillis() - 10_000;
        try (var producer = kafka.producer(Map.of("compression.type", "gzip", "linger.ms", 50));
                var admin = kafka.admin()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("timed", 0, start + i * 100L, "k", "v" + i));
            }
            producer.flush();
            var partition = new TopicPartition("timed", 0);
            // when
            ListOffsetsResult found = admin.listOffsets(Map.of(partition, OffsetSpec.forTimestamp(start + 250)));
            // then
            assertThat(found.partitionResult(partition).get().offset()).isEqualTo(3);
            assertThat(found.partitionResult(partition).get().timestamp()).isEqualTo(start + 300);
            assertThat(offset(admin, partition, OffsetSpec.earliest())).isZero();
            assertThat(offset(admin, partition, OffsetSpec.latest())).isEqualTo(10);
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start + 5_000)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void stampsRecordsOfALogAppendTimeTopic() throws Exception {
        // given
        long before = System.currentTimeMillis();
        try (var admin = kafka.admin();
                var producer = kafka.producer(Map.of())) {
            admin.createTopics(List.of(new NewTopic("stamped", 1, (short) 1)
                            .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
            // when
            RecordMetadata metadata = producer.send(new ProducerRecord<>("stamped", 0, 42L, "k", "v"))
                    .get();
            // then
            assertThat(metadata.timestamp()).isGreaterThanOrEqualTo(before);
            var partition = new TopicPartition("stamped", 0);
            assertThat(offset(admin, partition, OffsetSpec.maxTimestamp())).isZero();
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(metadata.timestamp())))
                    .isZero();
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(metadata.timestamp() + 1)))
                    .isEqualTo(-1);
        }
        assertThat(consume("stamped", 1).get(0).timestamp()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void refusesBatchesLargerThanTheTopicAllows() throws Exception {
        try (var admin = kafka.admin();
                var producer = kafka.producer(Map.of("max.request.size", 10_000_000))) {
            // given
            admin.createTopics(
                            List.of(new NewTopic("narrow", 1, (short) 1).configs(Map.of("max.message.bytes", "1000"))))
                    .all()
                    .get();
            // when
            Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("narrow", "x".repeat(2000)));
            // then
            assertThatThrownBy(sent::get).hasCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void refusesTransactionsForGood() {
        try (var producer = kafka.producer(Map.of("transactional.id", "t", "max.block.ms", 10_000))) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(KafkaException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void findsOffsetsByTimesThatAreOutOfOrder(String codec) throws Exception {
        String topic = "unordered-" + codec;
        long start = System.currentTimeMillis() - 10_000;
        try (var producer = kafka.producer(Map.of("compression.type", codec, "linger.ms", 10_000));
                var admin = kafka.admin()) {
            // given two batches
            for (long[] batch : new long[][] {{100, 900, 200}, {300, 50, 900}}) {
                for (long time : batch) {
                    producer.send(new ProducerRecord<>(topic, 0, start + time, "k", "v"));
                }
                producer.flush();
            }
            var partition = new TopicPartition(topic, 0);
            // when
            var latest = admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                    .partitionResult(partition)
                    .get();
            // then
            assertThat(latest.offset()).isEqualTo(1);
            assertThat(latest.timestamp()).isEqualTo(start + 900);
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start))).isZero();
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start + 101)))
                    .isEqualTo(1);
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start + 901)))
                    .isEqualTo(-1);

            // when the first 900 is deleted
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
            // then
            assertThat(offset(admin, partition, OffsetSpec.maxTimestamp())).isEqualTo(5);
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start + 250)))
                    .isEqualTo(3);
            assertThat(offset(admin, partition, OffsetSpec.forTimestamp(start + 301)))
                    .isEqualTo(5);
        }
    }

    @Test
    void findsNoLargestTimestampInAnEmptyPartition() throws Exception {
        try (var admin = kafka.admin()) {
            // given
            admin.createTopics(List.of(new NewTopic("timeless", 1, (short) 1)))
                    .all()
                    .get();
            // then
            assertThat(offset(admin, new TopicPartition("timeless", 0), OffsetSpec.maxTimestamp()))
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void continuesAGroupWhereItStopped(String protocol) throws Exception {
        // given
        Map<String, Object> settings =
                Map.of("group.id", "readers", "group.protocol", protocol, "auto.offset.reset", "earliest");
        try (var producer = kafka.producer(Map.of())) {
            producer.send(new ProducerRecord<>("shared", "one")).get();
        }
        assertThat(subscribe("shared", settings)).containsExactly("one");
        try (var producer = kafka.producer(Map.of())) {
            producer.send(new ProducerRecord<>("shared", "two")).get();
        }
        // when
        List<String> continued = subscribe("shared", settings);
        // then
        assertThat(continued).containsExactly("two");
        assertThat(kafka.server().admin().groups().get())
                .extracting(KafkaAdmin.GroupView::id)
                .containsExactly("readers");
    }

    @Test
    void readsRecordsThatLeftTheCache() throws Exception {
        // given: more than the cache of 64 MiB holds
        String value = "y".repeat(500_000);
        int count = 200;
        try (KafkaProducer<String, String> producer = kafka.producer(Map.of("batch.size", 0))) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>("cold", 0, "k" + i, value));
            }
        }
        // when
        List<ConsumerRecord<String, String>> records = consume("cold", count);
        // then
        assertThat(records).hasSize(count);
        assertThat(records.get(count - 1).key()).isEqualTo("k" + (count - 1));
    }

    /** Reads as a member of a group until a record has come, then commits and leaves. */
    private List<String> subscribe(String topic, Map<String, Object> settings) {
        var values = new ArrayList<String>();
        try (KafkaConsumer<String, String> consumer = kafka.consumer(settings)) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.isEmpty() && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            consumer.commitSync();
        }
        return values;
    }

    private static long offset(org.apache.kafka.clients.admin.Admin admin, TopicPartition partition, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(partition, spec))
                .partitionResult(partition)
                .get()
                .offset();
    }

    /** Reads partition 0 from its start until so many records have come, or none come any more. */
    private List<ConsumerRecord<String, String>> consume(String topic, int count) {
        var found = new ArrayList<ConsumerRecord<String, String>>();
        var partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = kafka.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(partition));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (found.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(500)).forEach(found::add);
            }
        }
        return found;
    }
}
