package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's own client makes of leader epochs when the broker is killed and starts again (KIP-320). */
class LeaderEpochIT {
    @TempDir
    Path directory;

    @Test
    void consumersValidateTheirPositionAcrossAKill() {
        try (var broker = BrokerProcess.start(directory.resolve("data"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String topic = kafka.createTopic(1);
            var where = new TopicPartition(topic, 0);
            kafka.produce(topic, 0, "a", "b", "c");
            try (var consumer = kafka.consumer("validating", Map.of("auto.offset.reset", "none"))) {
                consumer.assign(Set.of(where));
                consumer.seek(where, 0);
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 3))).containsExactly("a", "b", "c");
                int before =
                        offset(kafka, where, OffsetSpec.latest()).leaderEpoch().orElseThrow();

                // when
                broker.kill();
                broker.start();
                kafka.produce(topic, 0, "d", "e");

                // then
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 2))).containsExactly("d", "e");
                assertThat(offset(kafka, where, OffsetSpec.earliest()).leaderEpoch())
                        .contains(before);
                assertThat(offset(kafka, where, OffsetSpec.maxTimestamp()).leaderEpoch())
                        .hasValueSatisfying(epoch -> assertThat(epoch).isGreaterThan(before));
                assertThat(offset(kafka, where, OffsetSpec.latest()).leaderEpoch())
                        .hasValueSatisfying(epoch -> assertThat(epoch).isGreaterThan(before));

                // when it claims to have read more of the first epoch than there is
                consumer.seek(where, new OffsetAndMetadata(4, Optional.of(before), ""));

                // then
                assertThatThrownBy(() -> pollForLong(consumer))
                        .isInstanceOfSatisfying(
                                LogTruncationException.class, truncated -> assertThat(truncated.divergentOffsets())
                                        .hasEntrySatisfying(where, end -> assertThat(end.offset())
                                                .isEqualTo(3)));
            }
        }
    }

    private static void pollForLong(org.apache.kafka.clients.consumer.Consumer<String, String> consumer) {
        for (int i = 0; i < 60; i++) {
            consumer.poll(Duration.ofSeconds(1));
        }
    }

    private static ListOffsetsResultInfo offset(KafkaFixture kafka, TopicPartition where, OffsetSpec spec) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.get(admin.listOffsets(Map.of(where, spec)).partitionResult(where));
        }
    }
}
