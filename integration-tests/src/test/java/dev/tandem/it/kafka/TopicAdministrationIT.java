package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** CreateTopics and DeleteTopics. */
class TopicAdministrationIT {
    private static final short ONE_REPLICA = 1;

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void createsATopicWithItsPartitions() {
        // given
        String topic = Names.unique("created");

        // when
        try (var admin = kafka.admin()) {
            var created = admin.createTopics(List.of(new NewTopic(topic, 4, ONE_REPLICA)));

            // then
            assertThat(KafkaFixture.get(created.numPartitions(topic))).isEqualTo(4);
            assertThat(KafkaFixture.get(admin.listTopics().names())).contains(topic);
        }
    }

    @Test
    void usesTheBrokersNumberOfPartitionsWhenNoneIsAsked() {
        // given
        String topic = Names.unique("default");

        // when
        try (var admin = kafka.admin()) {
            var created = admin.createTopics(List.of(new NewTopic(topic, Optional.empty(), Optional.empty())));

            // then
            assertThat(KafkaFixture.get(created.numPartitions(topic))).isPositive();
        }
    }

    @Test
    void refusesATopicThatExists() {
        // given
        String topic = kafka.createTopic(1);

        // when
        Throwable failure = failureToCreate(new NewTopic(topic, 1, ONE_REPLICA));

        // then
        assertThat(failure).isInstanceOf(TopicExistsException.class).hasMessageContaining(topic);
    }

    @Test
    void refusesNamesPartitionsReplicasAndConfigsThatKafkaRefuses() {
        assertThat(failureToCreate(new NewTopic("no spaces", 1, ONE_REPLICA)))
                .isInstanceOf(InvalidTopicException.class);
        assertThat(failureToCreate(new NewTopic(Names.unique("t"), 0, ONE_REPLICA)))
                .isInstanceOf(InvalidPartitionsException.class);
        assertThat(failureToCreate(new NewTopic(Names.unique("t"), 1, (short) 2)))
                .isInstanceOf(InvalidReplicationFactorException.class);
        assertThat(failureToCreate(
                        new NewTopic(Names.unique("t"), 1, ONE_REPLICA).configs(Map.of("no.such.config", "1"))))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void onlyValidatesWhenAskedTo() {
        // given
        String topic = Names.unique("validated");

        // when
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.createTopics(
                            List.of(new NewTopic(topic, 1, ONE_REPLICA)), new CreateTopicsOptions().validateOnly(true))
                    .all());

            // then
            assertThat(KafkaFixture.get(admin.listTopics().names())).doesNotContain(topic);
        }
    }

    @Test
    void deletesATopicWithItsRecords() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "old");

        // when
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.deleteTopics(List.of(topic)).all());

            // then
            assertThat(KafkaFixture.get(admin.listTopics().names())).doesNotContain(topic);
            KafkaFixture.get(admin.createTopics(List.of(new NewTopic(topic, 1, ONE_REPLICA)))
                    .all());
        }
        kafka.produce(topic, 0, "new");
        assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0))).containsExactly("new");
    }

    @Test
    void refusesToDeleteATopicThatDoesNotExist() {
        // when
        try (var admin = kafka.admin()) {
            Throwable failure = KafkaFixture.failure(
                    admin.deleteTopics(List.of(Names.unique("missing"))).all());

            // then
            assertThat(failure).isInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    private Throwable failureToCreate(NewTopic topic) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.failure(admin.createTopics(List.of(topic)).all());
        }
    }
}
