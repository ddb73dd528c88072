package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compacted topic as clients see it, and again after the broker was killed. */
class CompactionIT {
    private static final int KEYS = 20;
    private static final int DELETED = 5;

    @TempDir
    Path dataDir;

    @Test
    void theNewestRecordOfEachKeyRemainsAndTombstonesVanish() throws Exception {
        try (var broker = BrokerProcess.start(dataDir, "512m", List.of("storage.cleaning-interval=50ms"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            createTopic(kafka);
            var newest = new TreeMap<String, String>();
            for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
                try (var producer = kafka.producer(Map.of("compression.type", codec, "linger.ms", "5"))) {
                    for (int i = 0; i < 2_000; i++) {
                        String key = "key " + i % KEYS;
                        String value = codec + " " + i;
                        producer.send(new ProducerRecord<>("compacted", 0, key, value));
                        newest.put(key, value);
                    }
                }
            }
            try (var producer = kafka.producer()) {
                for (int i = 0; i < DELETED; i++) {
                    producer.send(new ProducerRecord<>("compacted", 0, "key " + i, null));
                    newest.remove("key " + i);
                }
            }

            // then
            awaitNewest(kafka, newest, 1);
            long end = lastOffset(kafka);

            // when
            broker.kill();
            broker.start();

            // then
            awaitNewest(kafka, newest, 2);
            assertThat(lastOffset(kafka)).isEqualTo(end + 1);
        }
    }

    /** Writes one more record, for the last is never touched, and waits until only the newest of each key are there. */
    private static void awaitNewest(KafkaFixture kafka, TreeMap<String, String> newest, int round) throws Exception {
        var expected = new TreeMap<>(newest);
        try (var producer = kafka.producer()) {
            producer.send(new ProducerRecord<>("compacted", 0, "round " + round, "end"))
                    .get();
        }
        for (int i = 1; i <= round; i++) {
            expected.put("round " + i, "end");
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var found = new TreeMap<String, String>();
            var keys = new ArrayList<String>();
            for (ConsumerRecord<String, String> record : kafka.readToEnd("compacted", 0)) {
                keys.add(record.key());
                found.put(record.key(), record.value());
            }
            assertThat(found).isEqualTo(expected);
            assertThat(keys).doesNotHaveDuplicates();
        });
    }

    private static long lastOffset(KafkaFixture kafka) {
        var records = kafka.readToEnd("compacted", 0);
        return records.get(records.size() - 1).offset();
    }

    private static void createTopic(KafkaFixture kafka) {
        try (var admin = kafka.admin()) {
            var topic = new NewTopic("compacted", 1, (short) 1)
                    .configs(Map.of(
                            "cleanup.policy", "compact",
                            "min.cleanable.dirty.ratio", "0.01",
                            "delete.retention.ms", "100",
                            "segment.ms", "200"));
            KafkaFixture.get(admin.createTopics(List.of(topic)).all());
        }
    }
}
