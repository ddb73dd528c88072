package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.Errors;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What {@code x-queue-type: quorum} means; see RabbitMQ, "Quorum Queues". */
class QuorumQueueTest extends BrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

    @Test
    void countsHowOftenAMessageCameBack() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, QUORUM);
        var properties = new AMQP.BasicProperties.Builder()
                .headers(Map.of("mine", "x"))
                .deliveryMode(2)
                .build();
        channel.basicPublish("", "q", properties, bytes("body"));

        // when
        GetResponse first = channel.basicGet("q", false);
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        GetResponse second = channel.basicGet("q", false);
        channel.basicNack(second.getEnvelope().getDeliveryTag(), false, true);
        GetResponse third = channel.basicGet("q", true);

        // then
        assertThat(first.getProps().getHeaders()).doesNotContainKey("x-delivery-count");
        assertThat(second.getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
        assertThat(third.getProps().getHeaders())
                .containsEntry("x-delivery-count", 2L)
                .containsKey("mine");
        assertThat(text(third.getBody())).isEqualTo("body");
    }

    @Test
    void deadLettersWhatComesBackTooOften() throws Exception {
        // given
        channel.queueDeclare("dead", true, false, false, QUORUM);
        channel.queueDeclare(
                "q",
                true,
                false,
                false,
                Map.of(
                        "x-queue-type", "quorum",
                        "x-delivery-limit", 2,
                        "x-dead-letter-exchange", "",
                        "x-dead-letter-routing-key", "dead"));
        publish("", "q", "poison");

        // when
        for (int i = 0; i < 3; i++) {
            GetResponse got = channel.basicGet("q", false);
            channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
        }

        // then
        GetResponse dead = await().atMost(PATIENCE).until(() -> channel.basicGet("dead", true), Objects::nonNull);
        assertThat(dead.getProps().getHeaders().get("x-first-death-reason").toString())
                .isEqualTo("delivery_limit");
        assertThat(channel.messageCount("q")).isZero();
    }

    @Test
    void dropsAfterTwentyReturnsByDefaultAlsoOverARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, QUORUM);
        channel.basicPublish(
                "", "q", new AMQP.BasicProperties.Builder().deliveryMode(2).build(), bytes("poison"));

        // when
        for (int i = 0; i < 20; i++) {
            if (i == 10) {
                restart();
            }
            channel.basicNack(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false, true);
        }

        // then
        GetResponse last = channel.basicGet("q", false);
        assertThat(last.getProps().getHeaders()).containsEntry("x-delivery-count", 20L);
        channel.basicNack(last.getEnvelope().getDeliveryTag(), false, true);
        assertThat(channel.basicGet("q", false)).isNull();
    }

    @Test
    void holdsDeadLettersThatHaveNowhereToGo() throws Exception {
        // given
        channel.queueDeclare(
                "q",
                true,
                false,
                false,
                Map.of(
                        "x-queue-type", "quorum",
                        "x-max-length", 1,
                        "x-overflow", "reject-publish",
                        "x-dead-letter-exchange", "dlx",
                        "x-dead-letter-strategy", "at-least-once"));
        channel.confirmSelect();
        publish("", "q", "rejected");
        channel.basicReject(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        assertThat(channel.messageCount("q")).isZero();

        // when
        publish("", "q", "one too many");

        // then
        assertThat(channel.waitForConfirms(60_000)).isFalse();

        // and when
        channel.queueDeclare("dead", true, false, false, null);
        channel.exchangeDeclare("dlx", "fanout", true);
        channel.queueBind("dead", "dlx", "");

        // then
        GetResponse dead = await().atMost(PATIENCE).until(() -> channel.basicGet("dead", true), Objects::nonNull);
        assertThat(text(dead.getBody())).isEqualTo("rejected");
        assertThat(dead.getProps().getHeaders().get("x-first-death-reason").toString())
                .isEqualTo("rejected");
        await().atMost(PATIENCE).until(() -> {
            publish("", "q", "room again");
            return channel.waitForConfirms(60_000);
        });
    }

    @Test
    void keepsEveryMessageOverARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, QUORUM);
        channel.confirmSelect();
        publish("", "q", "not persistent");
        channel.waitForConfirmsOrDie(60_000);

        // when
        restart();

        // then
        assertThat(drain("q")).containsExactly("not persistent");
    }

    @Test
    void tellsTwoPrioritiesApartAndServesBothAlsoAfterARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, QUORUM);
        channel.confirmSelect();
        for (int priority : new int[] {0, 4, 2, 5, 9, 255, 7}) {
            channel.basicPublish(
                    "",
                    "q",
                    new AMQP.BasicProperties.Builder().priority(priority).build(),
                    bytes("priority " + priority));
        }
        channel.waitForConfirmsOrDie(60_000);

        // when
        restart();

        // then
        assertThat(channel.messageCount("q")).isEqualTo(7);
        assertThat(drain("q"))
                .containsExactly(
                        "priority 5",
                        "priority 9",
                        "priority 0",
                        "priority 255",
                        "priority 7",
                        "priority 4",
                        "priority 2");
    }

    @Test
    void knowsNoMaximumPriority() {
        Errors.assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/' of queue type"
                        + " rabbit_quorum_queue",
                () -> channel.queueDeclare(
                        "q", true, false, false, Map.of("x-queue-type", "quorum", "x-max-priority", 5)));
    }

    @Test
    void isDurableSharedAndNamed() throws Exception {
        Errors.assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - invalid property 'non-durable' for queue 'q' in vhost '/'",
                () -> channel.queueDeclare("q", false, false, false, QUORUM));
        var second = connection.createChannel();
        Errors.assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'q' in vhost '/'",
                () -> second.queueDeclare("q", true, true, false, QUORUM));
        var third = connection.createChannel();
        Errors.assertClosesChannel(
                third,
                406,
                "PRECONDITION_FAILED - invalid property 'auto-delete' for queue 'q' in vhost '/'",
                () -> third.queueDeclare("q", true, false, true, QUORUM));
        var fourth = connection.createChannel();
        Errors.assertClosesChannel(
                fourth,
                406,
                "PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue",
                () -> fourth.queueDeclare("", true, false, false, QUORUM));
    }

    @Test
    void takesLazyQueuesForWhatAllAre() throws Exception {
        channel.queueDeclare("q", true, false, false, Map.of("x-queue-mode", "lazy", "x-queue-version", 2));
        publish("", "q", "x");
        assertThat(drain("q")).containsExactly("x");
    }
}
