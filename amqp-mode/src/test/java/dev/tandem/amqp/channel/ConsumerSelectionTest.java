package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which consumers a queue serves, and for how long they may keep what they got. */
class ConsumerSelectionTest extends BrokerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void servesConsumersOfHigherPriorityFirst() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        BlockingQueue<String> low = consume(connection.createChannel(), "q", Map.of());
        Channel preferred = broker.connect().createChannel();
        preferred.basicQos(2);
        BlockingQueue<String> high = consume(preferred, "q", Map.of("x-priority", 10));

        // when
        for (int i = 0; i < 4; i++) {
            publish("", "q", "m" + i);
        }

        // then
        assertThat(take(low)).isEqualTo("m2");
        assertThat(take(low)).isEqualTo("m3");
        assertThat(take(high)).isEqualTo("m0");
        assertThat(take(high)).isEqualTo("m1");
    }

    @Test
    void refusesAPriorityThatIsNoNumber() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);

        // then
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got"
                        + " longstr\"",
                () -> consume(channel, "q", Map.of("x-priority", "high")));
    }

    @Test
    void servesOneConsumerAtATimeWhereOneAloneIsActive() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-single-active-consumer", true));
        BlockingQueue<String> first = new LinkedBlockingQueue<>();
        channel.basicConsume("q", true, "first", (tag, message) -> first.add(text(message.getBody())), tag -> {});
        BlockingQueue<String> second = consume(connection.createChannel(), "q", Map.of());
        publish("", "q", "m0");
        publish("", "q", "m1");
        String m0 = take(first);
        String m1 = take(first);

        // when
        channel.basicCancel("first");
        publish("", "q", "m2");

        // then
        assertThat(m0 + m1).isEqualTo("m0m1");
        assertThat(take(second)).isEqualTo("m2");
        assertThat(first).isEmpty();
    }

    @Test
    void handsWhatIsReadyToTheNextConsumerWhenTheActiveOneVanishes() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-single-active-consumer", true));
        Channel vanishing = broker.connect().createChannel();
        vanishing.basicQos(1);
        BlockingQueue<String> first = consume(vanishing, "q", Map.of());
        BlockingQueue<String> second = consume(channel, "q", Map.of());
        publish("", "q", "m0");
        publish("", "q", "m1");
        String taken = take(first);

        // when
        vanishing.getConnection().abort();

        // then
        assertThat(taken).isEqualTo("m0");
        assertThat(List.of(take(second), take(second))).containsExactlyInAnyOrder("m0", "m1");
    }

    @Test
    void keepsTheSingleActiveConsumerFromBeingExclusive() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-single-active-consumer", true));

        // then
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use",
                () -> channel.basicConsume("q", true, "", false, true, null, (tag, message) -> {}, tag -> {}));
    }

    @Test
    void refusesToGetFromAQuorumQueueWithASingleActiveConsumer() throws Exception {
        // given
        channel.queueDeclare(
                "q", true, false, false, Map.of("x-single-active-consumer", true, "x-queue-type", "quorum"));

        // then
        assertClosesChannel(
                channel,
                405,
                "RESOURCE_LOCKED - cannot obtain access to locked queue 'q' in vhost '/'. basic.get operations are"
                        + " not supported by quorum queues with single active consumer",
                () -> channel.basicGet("q", true));
    }

    @Test
    void closesAChannelThatDoesNotAcknowledgeInTime() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-consumer-timeout", 200));
        publish("", "q", "m0");
        publish("", "q", "m1");
        Channel patient = connection.createChannel();
        patient.basicQos(1);
        BlockingQueue<String> kept = consume(patient, "q", Map.of("x-consumer-timeout", 3_600_000));
        String first = take(kept);

        // when
        GetResponse got = channel.basicGet("q", false);
        await().atMost(LIMIT).until(() -> !channel.isOpen());

        // then
        assertThat(first).isEqualTo("m0");
        assertThat(text(got.getBody())).isEqualTo("m1");
        assertThat(channel.getCloseReason().getReason())
                .isInstanceOfSatisfying(AMQP.Channel.Close.class, close -> assertThat(close.getReplyText())
                        .isEqualTo("PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out."
                                + " Timeout value used: 200 ms. This timeout value can be configured, see"
                                + " consumers doc guide to learn more"));
        assertThat(patient.isOpen()).isTrue();
        Channel next = connection.createChannel();
        await().atMost(LIMIT).untilAsserted(() -> {
            GetResponse again = next.basicGet("q", true);
            assertThat(again).isNotNull();
            assertThat(again.getEnvelope().isRedeliver()).isTrue();
        });
    }

    @Test
    void timesAConsumerFromItsOldestDeliveryWhateverItAcknowledgesBesides() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        Channel keeping = connection.createChannel();
        keeping.basicConsume(
                "q",
                false,
                "",
                false,
                false,
                Map.of("x-consumer-timeout", 500),
                (tag, message) -> {
                    if (!text(message.getBody()).equals("keep")) {
                        keeping.basicAck(message.getEnvelope().getDeliveryTag(), false);
                    }
                },
                tag -> {});
        publish("", "q", "keep");

        // when
        await().atMost(LIMIT).until(() -> {
            publish("", "q", "ack");
            return !keeping.isOpen();
        });

        // then
        assertThat(keeping.getCloseReason().getMessage()).contains("timed out");
    }

    private static BlockingQueue<String> consume(Channel on, String queue, Map<String, Object> arguments)
            throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        on.basicConsume(
                queue,
                false,
                "",
                false,
                false,
                arguments,
                (tag, message) -> bodies.add(text(message.getBody())),
                tag -> {});
        return bodies;
    }

    private static String take(BlockingQueue<String> bodies) throws InterruptedException {
        String body = bodies.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(body).isNotNull();
        return body;
    }
}
