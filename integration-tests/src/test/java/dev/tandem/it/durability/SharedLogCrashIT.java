package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.PythonEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka's records in a queue, shared by consumers of pika, over the death of the broker. */
class SharedLogCrashIT {
    private static final int RECORDS = 60;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dataDir;

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void afterAKillTheQueueHasExactlyWhatWasNotAcknowledgedAndTheTopicEverything(PythonEnvironment python)
            throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            String topic = new KafkaFixture(broker.kafkaBootstrap()).createTopic(1);
            declare(broker, "q", topic);
            declare(broker, "second", topic);
            python.run("python/produce_gzip.py", broker.kafkaBootstrap(), topic, Integer.toString(RECORDS));
            try (var one = python.start("python/share_topic.py", port(broker), "q");
                    var other = python.start("python/share_topic.py", port(broker), "q")) {
                Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                    var queue = broker.console().json("/queues/%2F/q").path("queue");
                    assertThat(queue.path("acknowledged").asLong()).isEqualTo(RECORDS / 2);
                    assertThat(queue.path("unacked").asLong()).isEqualTo(RECORDS / 2);
                });
                assertThat(one.lines("Requeued: ").size()
                                + other.lines("Requeued: ").size())
                        .isEqualTo(RECORDS / 3);
                // Confirmed behind the acknowledgements: they are written.
                publishElsewhere(broker);

                // when
                broker.kill();
            }
            broker.start();

            // then
            assertThat(python.run("python/drain_topic_queue.py", port(broker), "q", Integer.toString(RECORDS / 2)))
                    .containsExactlyElementsOf(IntStream.range(0, RECORDS)
                            .filter(i -> i % 2 == 1)
                            .mapToObj(i -> "Taken: value-" + i + " redelivered=True")
                            .toList());
            assertThat(python.run("python/read_topic.py", broker.kafkaBootstrap(), topic, Integer.toString(RECORDS)))
                    .containsExactlyElementsOf(IntStream.range(0, RECORDS)
                            .mapToObj(i -> "Read: " + i + " value-" + i)
                            .toList());
            assertThat(python.run("python/drain_topic_queue.py", port(broker), "second", Integer.toString(RECORDS)))
                    .hasSize(RECORDS)
                    .allSatisfy(line -> assertThat(line).startsWith("Taken: value-"));
        }
    }

    private static String port(BrokerProcess broker) {
        return Integer.toString(new AmqpFixture(broker.amqpUri()).factory().getPort());
    }

    private static void declare(BrokerProcess broker, String queue, String topic) throws Exception {
        try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of("x-topic", topic));
        }
    }

    private static void publishElsewhere(BrokerProcess broker) throws Exception {
        try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("elsewhere", true, false, false, null);
            AmqpFixture.publish(channel, "elsewhere", "behind the acknowledgements");
        }
    }
}
