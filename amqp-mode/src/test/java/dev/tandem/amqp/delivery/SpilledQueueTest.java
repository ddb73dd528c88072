package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageMetrics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues that are not stored hold far more than the memory they may take, and give it back in order. */
class SpilledQueueTest {
    private static final int BODY_BYTES = 2_000;
    /** Ten times the memory for such queues. */
    private static final int MESSAGES = 14_000;

    @TempDir
    private Path dataDir;

    private TestBroker broker;
    private Connection connection;
    private Channel channel;
    private long limitBytes;

    @BeforeEach
    void start() throws Exception {
        var config = StorageConfig.defaults(dataDir).withMemoryBytes(16 << 20);
        limitBytes = config.transientBytes();
        broker = TestBroker.start(config);
        connection = broker.connect();
        channel = connection.createChannel();
        channel.queueDeclare("q", false, false, false, null);
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @Test
    void drainsABacklogOfManyTimesTheMemoryInOrder() throws Exception {
        // given
        publishBacklog();
        assertThat(metrics().spilledBytes()).isGreaterThan(5 * limitBytes);
        await().untilAsserted(() -> assertThat(metrics().transientBytes()).isLessThan(limitBytes));

        // when
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        Channel consuming = broker.connect().createChannel();
        consuming.basicConsume("q", true, (tag, message) -> received.add(message.getBody()), tag -> {});

        // then
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(received.poll(60, TimeUnit.SECONDS)).as("message %s", i).isEqualTo(body(i));
        }
        assertNothingIsHeld();
    }

    @Test
    void letsOneConnectionPublishAndConsumeABacklog() throws Exception {
        // given
        var next = new AtomicLong();
        var wrong = new AtomicLong();
        channel.basicQos(50);
        channel.basicConsume(
                "q",
                false,
                (tag, message) -> {
                    if (ByteBuffer.wrap(message.getBody()).getInt() != next.getAndIncrement()) {
                        wrong.incrementAndGet();
                    }
                    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                },
                tag -> {});

        // when
        Channel publishing = connection.createChannel();
        for (int i = 0; i < MESSAGES; i++) {
            publishing.basicPublish("", "q", null, body(i));
        }

        // then
        await().atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(next).hasValue(MESSAGES));
        assertThat(wrong).hasValue(0);
        assertNothingIsHeld();
    }

    @Test
    void holdsMoreUnacknowledgedMessagesThanFitsIntoMemory() throws Exception {
        // given
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        Channel consuming = connection.createChannel();
        String consumer = consuming.basicConsume(
                "q",
                false,
                (tag, message) ->
                        received.add(ByteBuffer.wrap(message.getBody()).getInt()),
                tag -> {});
        publishBacklog();
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(i);
        }

        // when
        consuming.basicCancel(consumer);
        consuming.basicRecover(true);

        // then
        for (int i = 0; i < MESSAGES; i += 1000) {
            for (int at = i; at < i + 1000; at++) {
                GetResponse got = channel.basicGet("q", false);
                assertThat(got.getBody()).as("message %s", at).isEqualTo(body(at));
                assertThat(got.getEnvelope().isRedeliver()).isTrue();
            }
            channel.basicAck(0, true);
        }
        assertNothingIsHeld();
    }

    @Test
    void dropsWhatIsSpilledWhenPurgedAndDeleted() throws Exception {
        // given
        publishBacklog();

        // when
        long purged = channel.queuePurge("q").getMessageCount();
        publishBacklog();
        long deleted = channel.queueDelete("q").getMessageCount();

        // then
        assertThat(purged).isEqualTo(MESSAGES);
        assertThat(deleted).isEqualTo(MESSAGES);
        assertNothingIsHeld();
        assertThat(metrics().transientLogs()).isZero();
    }

    private void publishBacklog() throws Exception {
        Channel publishing = connection.createChannel();
        publishing.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            publishing.basicPublish("", "q", null, body(i));
            if (i % 1000 == 0) {
                publishing.waitForConfirmsOrDie(20_000);
            }
        }
        publishing.waitForConfirmsOrDie(20_000);
        publishing.close();
    }

    private void assertNothingIsHeld() {
        await().untilAsserted(() -> {
            assertThat(metrics().transientBytes()).isZero();
            assertThat(metrics().spilledBytes()).isZero();
            assertThat(metrics().spilledChunks()).isZero();
        });
    }

    private StorageMetrics metrics() {
        return broker.storage().metrics();
    }

    /** The same for the same number, and different throughout for another. */
    private static byte[] body(int number) {
        byte[] body = new byte[BODY_BYTES];
        new Random(number).nextBytes(body);
        ByteBuffer.wrap(body).putInt(number);
        return body;
    }
}
