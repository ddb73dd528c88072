package dev.tandem.amqp.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.cursor.AckSetView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back to a durable queue is where it was, flagged and counted, after a restart of the broker too. */
class RequeueRestartTest {
    @TempDir
    private Path dataDir;

    @Test
    void requeuedMessagesKeepTheirPlaceFlagAndCountOverACleanStop() throws Exception {
        // given
        try (var broker = TestBroker.start(dataDir)) {
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, null);
            publish(channel, "a", "b", "c", "d", "e");
            for (int i = 0; i < 3; i++) {
                requeue(channel, channel.basicGet("q", false));
            }
            GetResponse first = channel.basicGet("q", false);
            GetResponse second = channel.basicGet("q", false);
            GetResponse third = channel.basicGet("q", false);
            requeue(channel, third);
            channel.basicAck(second.getEnvelope().getDeliveryTag(), false);
            assertThat(first).as("stays unacknowledged until the broker stops").isNotNull();
            channel.queueDeclarePassive("q");
        }

        // when
        try (var broker = TestBroker.start(dataDir)) {
            // then
            assertThat(counts(broker, 5)).containsExactly(4, 0, 1, 0, 0);
            assertThat(drain(broker)).containsExactly("a redelivered", "c redelivered", "d", "e");
        }
    }

    @Test
    void aClosedChannelReturnsAndCountsWhatItHeld() throws Exception {
        try (var broker = TestBroker.start(dataDir)) {
            // given
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, null);
            publish(channel, "a", "b", "c");
            Channel holder = broker.connect().createChannel();
            holder.basicGet("q", false);
            holder.basicGet("q", false);

            // when
            holder.getConnection().close();

            // then
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(counts(broker, 3))
                    .containsExactly(1, 1, 0));
            assertThat(drain(broker)).containsExactly("a redelivered", "b redelivered", "c");
        }
    }

    private static void publish(Channel channel, String... bodies) throws Exception {
        channel.confirmSelect();
        for (String body : bodies) {
            channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, body.getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(10_000);
    }

    private static void requeue(Channel channel, GetResponse got) throws Exception {
        channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
    }

    /** What the engine holds: how often each of the first messages came back. */
    private static List<Integer> counts(TestBroker broker, int messages) throws Exception {
        var queue = broker.storage()
                .catalog()
                .all(Definition.Queue.class)
                .iterator()
                .next();
        AckSetView view = broker.storage().ackSet(queue.logId(), 0).get(60, TimeUnit.SECONDS);
        return LongStream.range(0, messages).mapToObj(view::deliveryCount).toList();
    }

    private static List<String> drain(TestBroker broker) throws Exception {
        Channel channel = broker.connect().createChannel();
        var bodies = new ArrayList<String>();
        for (GetResponse got = channel.basicGet("q", true); got != null; got = channel.basicGet("q", true)) {
            bodies.add(new String(got.getBody(), UTF_8) + (got.getEnvelope().isRedeliver() ? " redelivered" : ""));
        }
        return bodies;
    }
}
