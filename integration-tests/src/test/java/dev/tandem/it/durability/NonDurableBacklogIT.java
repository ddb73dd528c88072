package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.DirectorySize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose heap is smaller than the messages of its queues that are not durable. */
class NonDurableBacklogIT {
    private static final String HEAP = "96m";
    private static final List<String> SETTINGS = List.of("storage.memory-bytes=48MiB");
    private static final int MESSAGES = 40_000;
    private static final int BODY_BYTES = 4_000;

    @Test
    void holdsABacklogLargerThanTheHeapAndForgetsItWhenKilled(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir, HEAP, SETTINGS)) {
            try (Connection connection = new AmqpFixture(broker.amqpUri()).connect();
                    Connection other = new AmqpFixture(broker.amqpUri()).connect()) {
                // given
                Channel publishing = connection.createChannel();
                publishing.queueDeclare("drained", false, false, false, null);
                publishing.queueDeclare("left", false, false, false, null);
                publish(publishing, "drained");

                // when
                BlockingQueue<byte[]> received = new LinkedBlockingQueue<>(1000);
                Channel consuming = other.createChannel();
                consuming.basicQos(200);
                consuming.basicConsume(
                        "drained",
                        false,
                        (tag, message) -> {
                            put(received, message.getBody());
                            consuming.basicAck(message.getEnvelope().getDeliveryTag(), false);
                        },
                        tag -> {});

                // then
                for (int i = 0; i < MESSAGES; i++) {
                    assertThat(received.poll(30, TimeUnit.SECONDS))
                            .as("message %s", i)
                            .isEqualTo(body(i));
                }
                publish(publishing, "left");
                awaitSize(dataDir, bytes -> bytes > 100L << 20);
            }

            // when
            broker.kill();
            broker.start();

            // then
            awaitSize(dataDir, bytes -> bytes < 8L << 20);
            try (Connection connection = new AmqpFixture(broker.amqpUri()).connect()) {
                assertThatThrownBy(() -> connection.createChannel().queueDeclarePassive("left"))
                        .hasRootCauseMessage(
                                "channel error; protocol method: #method<channel.close>(reply-code=404, reply-text=NOT_FOUND"
                                        + " - no queue 'left' in vhost '/', class-id=50, method-id=10)");
            }
        }
    }

    @Test
    void letsOneConnectionFillAndDrainABacklogLargerThanTheHeap(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir, HEAP, SETTINGS);
                Connection connection = new AmqpFixture(broker.amqpUri()).connect()) {
            // given
            Channel consuming = connection.createChannel();
            consuming.queueDeclare("q", false, false, true, null);
            consuming.basicQos(10);
            BlockingQueue<byte[]> received = new LinkedBlockingQueue<>(10);
            var publisher = new Thread(() -> {
                try {
                    publish(connection.createChannel(), "q");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });

            // when
            publisher.start();
            consuming.basicConsume(
                    "q",
                    false,
                    (tag, message) -> {
                        put(received, message.getBody());
                        consuming.basicAck(message.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});

            // then
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(received.poll(30, TimeUnit.SECONDS))
                        .as("message %s", i)
                        .isEqualTo(body(i));
            }
            publisher.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(publisher.isAlive()).isFalse();
        }
    }

    private static void publish(Channel channel, String queue) throws Exception {
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            channel.basicPublish("", queue, null, body(i));
        }
        channel.waitForConfirmsOrDie(60_000);
    }

    private static void put(BlockingQueue<byte[]> received, byte[] body) {
        try {
            received.put(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitSize(Path dataDir, Predicate<Long> expected) {
        Awaitility.await("size of the data directory")
                .atMost(Duration.ofSeconds(60))
                .until(() -> DirectorySize.of(dataDir), expected);
    }

    /** The same for the same number, and different throughout for another. */
    private static byte[] body(int number) {
        byte[] body = new byte[BODY_BYTES];
        new Random(number).nextBytes(body);
        ByteBuffer.wrap(body).putInt(number);
        return body;
    }
}
