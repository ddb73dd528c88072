package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OffsetCommit and OffsetFetch. */
class OffsetCommitIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();
    private final String group = Names.unique("group");

    @Test
    void returnsWhatWasCommittedLast() {
        // given
        var partition = new TopicPartition(kafka.createTopic(1), 0);

        // when
        try (var consumer = kafka.consumer(group)) {
            consumer.assign(Set.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(5, "five")));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(3, "three")));
        }

        // then
        try (var consumer = kafka.consumer(group)) {
            var committed = consumer.committed(Set.of(partition)).get(partition);
            assertThat(committed.offset()).isEqualTo(3);
            assertThat(committed.metadata()).isEqualTo("three");
        }
    }

    @Test
    void takesMetadataOfAnyScriptUpToItsLimit() {
        // given
        var partition = new TopicPartition(kafka.createTopic(1), 0);
        var longest = new OffsetAndMetadata(5, "é🐫".repeat(682) + "1234");
        try (var consumer = kafka.consumer(group)) {
            consumer.assign(Set.of(partition));
            assertThat(longest.metadata().length()).isEqualTo(2050);

            // when
            consumer.commitSync(Map.of(partition, longest));

            // then
            assertThat(consumer.committed(Set.of(partition)).get(partition)).isEqualTo(longest);
            assertThatThrownBy(() -> consumer.commitSync(Map.of(partition, new OffsetAndMetadata(6, "x".repeat(4097)))))
                    .isInstanceOf(OffsetMetadataTooLarge.class);
            assertThat(consumer.committed(Set.of(partition)).get(partition)).isEqualTo(longest);
        }
    }

    @Test
    void returnsNothingForAPartitionWithoutCommit() {
        // given
        var partition = new TopicPartition(kafka.createTopic(1), 0);

        // when
        try (var consumer = kafka.consumer(group)) {
            var committed = consumer.committed(Set.of(partition));

            // then
            assertThat(committed.get(partition)).isNull();
        }
    }

    @Test
    void showsCommittedOffsetsToAnAdminClient() {
        // given
        String topic = kafka.createTopic(2);
        var committed = new TopicPartition(topic, 1);
        try (var consumer = kafka.consumer(group)) {
            consumer.assign(Set.of(committed));
            consumer.commitSync(Map.of(committed, new OffsetAndMetadata(7)));
        }

        // when
        try (var admin = kafka.admin()) {
            var offsets = KafkaFixture.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());

            // then
            assertThat(offsets).containsOnlyKeys(committed);
            assertThat(offsets.get(committed).offset()).isEqualTo(7);
        }
    }
}
