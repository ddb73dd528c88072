package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SharedBroker;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ListOffsetsIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void tellsEarliestAndLatest() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 1, "a", "b", "c");
        var empty = new TopicPartition(topic, 0);
        var filled = new TopicPartition(topic, 1);

        // when
        try (var consumer = kafka.consumer("offsets")) {
            var beginnings = consumer.beginningOffsets(Set.of(empty, filled));
            var ends = consumer.endOffsets(Set.of(empty, filled));

            // then
            assertThat(beginnings).containsExactlyInAnyOrderEntriesOf(Map.of(empty, 0L, filled, 0L));
            assertThat(ends).containsExactlyInAnyOrderEntriesOf(Map.of(empty, 0L, filled, 3L));
        }
    }

    @Test
    void answersAnAdminClient() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a", "b");
        var partition = new TopicPartition(topic, 0);

        // when
        try (var admin = kafka.admin()) {
            var latest = KafkaFixture.get(
                    admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition));

            // then
            assertThat(latest.offset()).isEqualTo(2);
        }
    }
}
