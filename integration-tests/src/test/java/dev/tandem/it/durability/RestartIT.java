package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clean stop and a start on the same directory. */
class RestartIT {

    @Test
    void keepsRecordsOffsetsAndMessagesOverACleanStop(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            var amqp = new AmqpFixture(broker.amqpUri());
            String topic = kafka.createTopic(1);
            kafka.produce(topic, 0, "a", "b");
            try (var consumer = kafka.consumer("group")) {
                consumer.subscribe(List.of(topic));
                KafkaFixture.poll(consumer, 2);
            }
            kafka.produce(topic, 0, "c");
            try (var connection = amqp.connect();
                    var channel = connection.createChannel()) {
                channel.queueDeclare("durable", true, false, false, null);
                AmqpFixture.publish(channel, "durable", "acknowledged", "left");
                AmqpFixture.get(channel, "durable", true);
            }

            // when
            int exitCode = broker.terminate();
            broker.start();

            // then
            assertThat(exitCode).as("exit code of a stop by SIGTERM").isZero();
            try (var consumer = kafka.consumer("group")) {
                consumer.subscribe(List.of(topic));
                assertThat(KafkaFixture.values(KafkaFixture.poll(consumer, 1))).containsExactly("c");
            }
            try (var connection = amqp.connect();
                    var channel = connection.createChannel()) {
                assertThat(AmqpFixture.text(
                                AmqpFixture.get(channel, "durable", true).getBody()))
                        .isEqualTo("left");
                assertThat(channel.basicGet("durable", true)).isNull();
            }
        }
    }

    @Test
    void stopsWhileClientsAreConnectedAndAtWork(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String topic = kafka.createTopic(1);
            var amqp = new AmqpFixture(broker.amqpUri());
            var connection = amqp.connect();
            var channel = connection.createChannel();
            channel.basicConsume(channel.queueDeclare().getQueue(), (tag, delivery) -> {}, tag -> {});
            try (var consumer = kafka.consumer("group")) {
                consumer.subscribe(List.of(topic));
                consumer.poll(Duration.ofMillis(500));

                // when
                int exitCode = broker.terminate();

                // then
                assertThat(exitCode).isZero();
                assertThat(AmqpFixture.closureOf(channel).code()).isEqualTo(320);
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }
}
