package dev.tandem.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Ports;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The four seed programs, byte for byte, against a broker on the default ports that they name. */
class SeedProgramsIT {
    private static final int KAFKA_PORT = 9092;
    private static final int AMQP_PORT = 5672;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String WAITING = "Waiting for messages";
    private static final String RECEIVED = "Received: ";
    private static final List<String> TEN_RECORDS = IntStream.range(0, 10)
            .mapToObj(i -> "Received: {'message_id': " + i + ", 'content': 'Hello Kafka #" + i + "'}")
            .toList();
    private static final String TASK = "Received: {'task_id': 1, 'action': 'process_data'}";

    @TempDir
    private Path dataDir;

    private BrokerProcess broker;

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @BeforeEach
    void startBroker() {
        Requirement.require(
                Ports.isFree(KAFKA_PORT) && Ports.isFree(AMQP_PORT),
                "free ports " + KAFKA_PORT + " and " + AMQP_PORT + ", which the seed programs name");
        broker = BrokerProcess.start(dataDir, KAFKA_PORT, AMQP_PORT);
    }

    @AfterEach
    void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void kafkaProducerFirstThenConsumer(PythonEnvironment python) {
        // given
        List<String> sent = python.run("seed/kafka_producer.py");

        // when
        try (var consumer = python.start("seed/kafka_consumer.py")) {
            List<String> received = consumer.awaitLines(RECEIVED, 10);

            // then
            assertThat(sent).hasSize(10).allMatch(line -> line.startsWith("Sent: "));
            assertThat(received).isEqualTo(TEN_RECORDS);
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void kafkaConsumerFirstThenProducer(PythonEnvironment python) {
        // given
        try (var consumer = python.start("seed/kafka_consumer.py")) {
            consumer.awaitLines(WAITING, 1);

            // when
            python.run("seed/kafka_producer.py");

            // then
            assertThat(consumer.awaitLines(RECEIVED, 10)).isEqualTo(TEN_RECORDS);
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void kafkaConsumerContinuesWhereItStopped(PythonEnvironment python) {
        // given
        python.run("seed/kafka_producer.py");
        try (var first = python.start("seed/kafka_consumer.py")) {
            first.awaitLines(RECEIVED, 10);
            awaitCommitted(10);
        }
        python.run("seed/kafka_producer.py");

        // when
        try (var second = python.start("seed/kafka_consumer.py")) {
            second.awaitLines(RECEIVED, 10);
            awaitCommitted(20);

            // then
            assertThat(second.lines(RECEIVED)).isEqualTo(TEN_RECORDS);
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void pikaConsumerFirstThenProducer(PythonEnvironment python) {
        // given
        try (var consumer = python.start("seed/pika_consumer.py")) {
            consumer.awaitLines(WAITING, 1);

            // when
            List<String> sent = python.run("seed/pika_producer.py");

            // then
            assertThat(sent).containsExactly("Sent: {'task_id': 1, 'action': 'process_data'}");
            assertThat(consumer.awaitLines(RECEIVED, 1)).containsExactly(TASK);
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                var queue = broker.console().json("/queues/%2F/process_queue").path("queue");
                assertThat(queue.path("acknowledged").asLong()).isEqualTo(1);
                assertThat(queue.path("ready").asLong()).isZero();
                assertThat(queue.path("unacked").asLong()).isZero();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void pikaProducerFirstIsDroppedAndCountedWithTheReason(PythonEnvironment python) {
        // when
        List<String> sent = python.run("seed/pika_producer.py");

        // then
        assertThat(sent).hasSize(1);
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            var unroutable = broker.console().json("/unroutable");
            assertThat(unroutable.path("dropped").asLong()).isEqualTo(1);
            assertThat(unroutable.path("reasons")).singleElement().satisfies(reason -> {
                assertThat(reason.path("reason").asText()).contains("my_exchange");
                assertThat(reason.path("messages").asLong()).isEqualTo(1);
            });
        });
    }

    private void awaitCommitted(long offset) {
        var partition = new TopicPartition("my_topic", 0);
        try (var admin = new KafkaFixture(broker.kafkaBootstrap()).admin()) {
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                var committed = KafkaFixture.get(
                        admin.listConsumerGroupOffsets("my_group").partitionsToOffsetAndMetadata());
                assertThat(committed).containsKey(partition);
                assertThat(committed.get(partition).offset()).isEqualTo(offset);
            });
        }
    }
}
