package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DescribeConfigs, IncrementalAlterConfigs and ListConfigResources. */
class ConfigsIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void showsATopicsChangedConfigAndWhereItComesFrom() {
        // given
        var topic = new ConfigResource(Type.TOPIC, kafka.createTopic(1));

        // when
        alter(topic, set("retention.ms", "1234567"));

        // then
        ConfigEntry retention = describe(topic).get("retention.ms");
        assertThat(retention.value()).isEqualTo("1234567");
        assertThat(retention.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(describe(topic).get("segment.bytes").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void givesADeletedConfigItsDefaultAgain() {
        // given
        var topic = new ConfigResource(Type.TOPIC, kafka.createTopic(1));
        String byDefault = describe(topic).get("retention.ms").value();
        alter(topic, set("retention.ms", "1"));

        // when
        alter(topic, op("retention.ms", null, OpType.DELETE));

        // then
        assertThat(describe(topic).get("retention.ms").value()).isEqualTo(byDefault);
        assertThat(describe(topic).get("retention.ms").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void addsToAListAndTakesFromIt() {
        // given
        var topic = new ConfigResource(Type.TOPIC, kafka.createTopic(1));

        // when
        alter(topic, op("cleanup.policy", "compact", OpType.APPEND));

        // then
        assertThat(describe(topic).get("cleanup.policy").value()).isEqualTo("delete,compact");
        alter(topic, op("cleanup.policy", "delete", OpType.SUBTRACT));
        assertThat(describe(topic).get("cleanup.policy").value()).isEqualTo("compact");
    }

    @Test
    void actsOnAChangedLimitAtOnce() {
        // given
        String name = kafka.createTopic(1);

        // when
        alter(new ConfigResource(Type.TOPIC, name), set("max.message.bytes", "100"));

        // then
        try (var producer = kafka.producer(Map.of("batch.size", "1"))) {
            var sent = producer.send(new ProducerRecord<>(name, "x".repeat(200)));
            assertThat(sent)
                    .failsWithin(java.time.Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void refusesUnknownNamesBadValuesAndListOperationsOnWhatIsNoList() {
        // given
        var topic = new ConfigResource(Type.TOPIC, kafka.createTopic(1));

        // then
        assertThat(failureToAlter(topic, set("no.such.config", "1"))).isInstanceOf(InvalidConfigurationException.class);
        assertThat(failureToAlter(topic, set("retention.ms", "soon")))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThat(failureToAlter(topic, op("retention.ms", "1", OpType.APPEND)))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThat(failureToAlter(new ConfigResource(Type.TOPIC, Names.unique("absent")), set("retention.ms", "1")))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(describe(topic).get("retention.ms").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void onlyValidatesWhenAskedTo() {
        // given
        var topic = new ConfigResource(Type.TOPIC, kafka.createTopic(1));

        // when
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.incrementalAlterConfigs(
                            Map.of(topic, List.of(set("retention.ms", "1"))),
                            new AlterConfigsOptions().validateOnly(true))
                    .all());
        }

        // then
        assertThat(describe(topic).get("retention.ms").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void keepsConfigsOfAGroupAndListsIt() {
        // given
        var group = new ConfigResource(Type.GROUP, Names.unique("group"));

        // when
        alter(group, set("consumer.session.timeout.ms", "50000"));

        // then
        ConfigEntry timeout = describe(group).get("consumer.session.timeout.ms");
        assertThat(timeout.value()).isEqualTo("50000");
        assertThat(timeout.source()).isEqualTo(ConfigSource.DYNAMIC_GROUP_CONFIG);
        try (var admin = kafka.admin()) {
            assertThat(KafkaFixture.get(admin.listConfigResources(
                                    Set.of(Type.GROUP), new org.apache.kafka.clients.admin.ListConfigResourcesOptions())
                            .all()))
                    .contains(group);
        }
        assertThat(failureToAlter(group, set("consumer.session.timeout.ms", "1")))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void showsTheBrokersConfigsAndRefusesToChangeThem() {
        // given
        var broker = new ConfigResource(Type.BROKER, "1");

        // then
        assertThat(describe(broker).get("num.partitions").isReadOnly()).isTrue();
        assertThat(describe(broker).get("log.retention.hours").value()).isEqualTo("168");
        assertThat(failureToAlter(broker, set("num.partitions", "7"))).isInstanceOf(InvalidRequestException.class);
    }

    private Config describe(ConfigResource resource) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.get(admin.describeConfigs(List.of(resource)).all())
                    .get(resource);
        }
    }

    private void alter(ConfigResource resource, AlterConfigOp change) {
        try (var admin = kafka.admin()) {
            KafkaFixture.get(admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all());
        }
    }

    private Throwable failureToAlter(ConfigResource resource, AlterConfigOp change) {
        try (var admin = kafka.admin()) {
            return KafkaFixture.failure(admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all());
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return op(name, value, OpType.SET);
    }

    private static AlterConfigOp op(String name, String value, OpType operation) {
        return new AlterConfigOp(new ConfigEntry(name, value), operation);
    }
}
