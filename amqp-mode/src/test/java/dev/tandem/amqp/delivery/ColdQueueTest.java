package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.StorageConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues whose messages have left the tail cache are read from the disk, in the same order. */
class ColdQueueTest {
    private static final int MESSAGES = 3_000;
    private static final int BODY_BYTES = 1024;

    @TempDir
    private Path dataDir;

    @Test
    void drainsABacklogThatLeftTheTailCache() throws Exception {
        // given
        var config = StorageConfig.defaults(dataDir).withMemoryBytes(16 << 20);
        assertThat(config.tailCacheBytes()).isLessThan(MESSAGES * (long) BODY_BYTES);
        try (TestBroker broker = TestBroker.start(config)) {
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, null);
            channel.confirmSelect();
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish(
                        "",
                        "q",
                        MessageProperties.PERSISTENT_BASIC,
                        ByteBuffer.allocate(BODY_BYTES).putInt(i).array());
            }
            channel.waitForConfirmsOrDie(20_000);

            // when
            for (int i = 0; i < 3; i++) {
                channel.basicNack(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false, true);
            }
            channel.basicQos(100);
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            channel.basicConsume(
                    "q",
                    false,
                    (tag, message) -> {
                        received.add(ByteBuffer.wrap(message.getBody()).getInt());
                        channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});

            // then
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(i);
            }
            assertThat(broker.storage().metrics().tailCacheMisses()).isPositive();
        }
    }
}
