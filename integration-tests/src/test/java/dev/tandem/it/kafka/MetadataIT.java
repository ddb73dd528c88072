package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetadataIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void createsATopicWhenAProducerAsksForIt() throws Exception {
        // given
        String topic = Names.unique("auto");

        // when
        try (var producer = kafka.producer()) {
            producer.send(new ProducerRecord<>(topic, "first")).get();
        }

        // then
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0))).containsExactly("first");
    }

    @Test
    void describesEveryPartitionWithItsLeader() {
        // given
        String topic = kafka.createTopic(3);

        // when
        try (var admin = kafka.admin()) {
            var description = KafkaFixture.get(
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic));

            // then
            assertThat(description.partitions())
                    .extracting(partition -> partition.partition())
                    .containsExactly(0, 1, 2);
            assertThat(description.partitions()).allSatisfy(partition -> {
                assertThat(partition.leader()).isNotNull();
                assertThat(partition.isr()).containsExactly(partition.leader());
            });
        }
    }

    @Test
    void describesTopicsByTheirIds() {
        // given
        String topic = kafka.createTopic(2);
        var unknown = Uuid.randomUuid();
        try (var admin = kafka.admin()) {
            Uuid id = KafkaFixture.get(admin.describeTopics(List.of(topic))
                            .topicNameValues()
                            .get(topic))
                    .topicId();

            // when
            var described = admin.describeTopics(TopicCollection.ofTopicIds(List.of(id, unknown)))
                    .topicIdValues();

            // then
            assertThat(KafkaFixture.get(described.get(id)).name()).isEqualTo(topic);
            assertThat(KafkaFixture.failure(described.get(unknown))).isInstanceOf(UnknownTopicIdException.class);
        }
    }

    @Test
    void doesNotCreateATopicThatAnAdminClientDescribes() {
        // given
        String topic = Names.unique("missing");

        // when
        try (var admin = kafka.admin()) {
            Throwable failure = KafkaFixture.failure(
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic));

            // then
            assertThat(failure).isInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(KafkaFixture.get(admin.listTopics().names())).doesNotContain(topic);
        }
    }
}
