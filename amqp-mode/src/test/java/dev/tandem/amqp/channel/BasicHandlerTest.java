package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static dev.tandem.amqp.testsupport.Errors.assertClosesConnection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicHandlerTest extends BrokerTest {

    @Test
    void carriesPropertiesAndLargeBodiesUnchanged() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        byte[] body = new byte[1_000_000];
        new Random(7).nextBytes(body);
        var properties = new AMQP.BasicProperties.Builder()
                .contentType("application/octet-stream")
                .contentEncoding("none")
                .headers(Map.of("n", 1, "list", List.of("a", true)))
                .deliveryMode(2)
                .priority(3)
                .correlationId("c")
                .replyTo("r")
                .expiration("600000")
                .messageId("m")
                .timestamp(new Date(1_000_000_000_000L))
                .type("t")
                .userId("guest")
                .appId("a")
                .build();

        // when
        channel.basicPublish("", "q", properties, body);

        // then
        GetResponse got = channel.basicGet("q", true);
        assertThat(got.getBody()).isEqualTo(body);
        assertThat(got.getProps().toString()).hasToString(properties.toString());
        assertThat(got.getEnvelope().getRoutingKey()).isEqualTo("q");
        assertThat(got.getEnvelope().getExchange()).isEmpty();
    }

    @Test
    void carriesEmptyBodies() throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);

        // when
        channel.basicPublish("", "q", null, new byte[0]);

        // then
        assertThat(channel.basicGet("q", true).getBody()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deliversWhatConsumersOnSeveralConnectionsAcknowledge(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, null);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        for (int i = 0; i < 3; i++) {
            Channel consumer = broker.connect().createChannel();
            consumer.basicQos(10);
            consumer.basicConsume(
                    "q",
                    false,
                    (tag, message) -> {
                        received.add(text(message.getBody()));
                        consumer.basicAck(message.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
        }

        // when
        for (int i = 0; i < 2_000; i++) {
            channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, bytes("m" + i));
        }

        // then
        await().untilAsserted(() -> {
            assertThat(received).hasSize(2_000).doesNotHaveDuplicates();
            var queue = broker.admin().queues().get(0);
            assertThat(queue.acknowledged()).isEqualTo(2_000);
            assertThat(queue.unacked()).isZero();
        });
    }

    @Test
    void redeliversAfterRecover() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "hello");
        assertThat(channel.basicGet("q", false).getEnvelope().isRedeliver()).isFalse();

        // when
        channel.basicRecover(true);

        // then
        GetResponse again = channel.basicGet("q", false);
        assertThat(again.getEnvelope().isRedeliver()).isTrue();
        assertThat(again.getEnvelope().getDeliveryTag()).isEqualTo(2);
    }

    @Test
    void keepsWhatACancelledConsumerHolds() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        BlockingQueue<Long> tags = new LinkedBlockingQueue<>();
        String tag = channel.basicConsume(
                "q",
                false,
                (consumerTag, message) -> tags.add(message.getEnvelope().getDeliveryTag()),
                t -> {});
        publish("", "q", "hello");
        Long delivery = tags.poll(60, TimeUnit.SECONDS);

        // when
        channel.basicCancel(tag);
        publish("", "q", "for others");

        // then
        assertThat(channel.queueDeclarePassive("q").getMessageCount()).isEqualTo(1);
        channel.basicAck(delivery, false);
        assertThat(drain("q")).containsExactly("for others");
    }

    @Test
    void refusesUnknownDeliveryTags() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "hello");
        long tag = channel.basicGet("q", false).getEnvelope().getDeliveryTag();
        channel.basicAck(0, true);

        // then
        assertClosesChannel(
                channel, 406, "PRECONDITION_FAILED - unknown delivery tag " + tag, () -> channel.basicAck(tag, false));
    }

    @Test
    void liftsTheLimitOfTheChannelWithALimitPerConsumer() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.basicQos(1, true);
        BlockingQueue<Long> tags = new LinkedBlockingQueue<>();
        channel.basicConsume(
                "q", false, (tag, message) -> tags.add(message.getEnvelope().getDeliveryTag()), tag -> {});
        publish("", "q", "m0");
        publish("", "q", "m1");
        assertThat(tags.poll(60, TimeUnit.SECONDS)).isEqualTo(1);

        // when
        channel.basicQos(7);

        // then
        assertThat(tags.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void limitsTheConsumersOfAChannelTogether() throws Exception {
        // given
        channel.queueDeclare("one", true, false, false, null);
        channel.queueDeclare("two", false, false, false, null);
        channel.basicQos(3, true);
        BlockingQueue<Long> tags = new LinkedBlockingQueue<>();
        for (String queue : List.of("one", "two")) {
            channel.basicConsume(
                    queue,
                    false,
                    (tag, message) -> tags.add(message.getEnvelope().getDeliveryTag()),
                    tag -> {});
            for (int i = 0; i < 5; i++) {
                publish("", queue, "m");
            }
        }
        await().untilAsserted(() -> assertThat(tags).hasSize(3));

        // when
        for (int i = 0; i < 7; i++) {
            channel.basicAck(tags.poll(60, TimeUnit.SECONDS), false);
        }

        // then
        await().untilAsserted(() -> assertThat(tags).hasSize(3));
    }

    @Test
    void refusesASecondConsumerBesideAnExclusiveOne() throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);
        channel.basicConsume("q", false, "", false, true, null, (tag, message) -> {}, tag -> {});
        Channel other = connection.createChannel();

        // then
        assertClosesChannel(
                other,
                403,
                "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use",
                () -> other.basicConsume("q", (tag, message) -> {}, tag -> {}));
    }

    @Test
    void refusesTheSameConsumerTagTwice() throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);
        channel.basicConsume("q", false, "me", (tag, message) -> {}, tag -> {});

        // then
        assertClosesConnection(
                channel,
                530,
                "NOT_ALLOWED - attempt to reuse consumer tag 'me'",
                () -> channel.basicConsume("q", false, "me", (tag, message) -> {}, tag -> {}));
    }

    @Test
    void refusesWhatRabbitMqDoesNotImplement() throws Exception {
        assertClosesConnection(
                channel,
                540,
                "NOT_IMPLEMENTED - immediate=true",
                () -> channel.basicPublish("amq.direct", "k", false, true, null, new byte[0]));
        restart();
        assertClosesConnection(
                channel, 540, "NOT_IMPLEMENTED - prefetch_size!=0 (10)", () -> channel.basicQos(10, 1, false));
        restart();
        assertClosesConnection(channel, 540, "NOT_IMPLEMENTED - requeue=false", () -> channel.basicRecover(false));
    }

    @Test
    void refusesAForeignUserIdAndBadExpirations() throws Exception {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - user_id property set to 'mallory' but authenticated user was 'guest'",
                () -> channel.basicPublish(
                        "amq.direct",
                        "k",
                        new AMQP.BasicProperties.Builder().userId("mallory").build(),
                        new byte[0]));
        Channel second = connection.createChannel();
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - invalid expiration 'soon': no_integer",
                () -> second.basicPublish(
                        "amq.direct",
                        "k",
                        new AMQP.BasicProperties.Builder().expiration("soon").build(),
                        new byte[0]));
    }

    @Test
    void keepsTheOrderOfMethodsBehindOneThatWaits() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();

        // when
        for (int i = 0; i < 50; i++) {
            publish("", "q", "a" + i);
            channel.queueDeclareNoWait("other" + i, true, false, false, null);
            channel.basicPublish("", "other" + i, MessageProperties.PERSISTENT_BASIC, bytes("b"));
        }
        channel.waitForConfirmsOrDie(10_000);

        // then
        assertThat(drain("q")).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(drain("other" + i)).containsExactly("b");
        }
    }

    @Test
    void redeliversEverythingUnacknowledgedAfterACleanRestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();
        for (int i = 0; i < 4; i++) {
            channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, bytes("m" + i));
        }
        channel.waitForConfirmsOrDie(5_000);
        channel.basicGet("q", false);
        long second = channel.basicGet("q", false).getEnvelope().getDeliveryTag();
        channel.basicAck(second, false);

        // when
        restart();

        // then
        GetResponse first = channel.basicGet("q", true);
        assertThat(text(first.getBody())).isEqualTo("m0");
        assertThat(first.getEnvelope().isRedeliver()).isTrue();
        GetResponse third = channel.basicGet("q", true);
        assertThat(text(third.getBody())).isEqualTo("m2");
        assertThat(third.getEnvelope().isRedeliver()).isFalse();
        assertThat(third.getMessageCount()).isEqualTo(1);
    }
}
