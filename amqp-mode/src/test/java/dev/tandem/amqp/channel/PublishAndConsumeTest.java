package dev.tandem.amqp.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishAndConsumeTest {
    private static final AMQP.BasicProperties TRANSIENT = MessageProperties.BASIC;
    private static final AMQP.BasicProperties PERSISTENT = MessageProperties.PERSISTENT_BASIC;

    @TempDir
    private Path dataDir;

    private TestBroker broker;
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(dataDir);
        connection = broker.connect();
        channel = connection.createChannel();
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    private void restart() throws Exception {
        broker.close();
        start();
    }

    @Test
    void deliversThroughADirectExchangeToAConsumerThatAcknowledges() throws Exception {
        // given
        channel.queueDeclare("process_queue", false, false, false, null);
        channel.exchangeDeclare("my_exchange", "direct");
        channel.queueBind("process_queue", "my_exchange", "process_queue");
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        channel.basicConsume(
                "process_queue",
                false,
                (tag, message) -> {
                    received.add(new String(message.getBody(), UTF_8));
                    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                },
                tag -> {});

        // when
        Channel producer = broker.connect().createChannel();
        producer.basicPublish("my_exchange", "process_queue", TRANSIENT, "hello".getBytes(UTF_8));

        // then
        assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
        await().untilAsserted(() ->
                assertThat(broker.admin().queues().get(0).acknowledged()).isEqualTo(1));
    }

    @Test
    void keepsConfirmedPersistentMessagesAndDefinitionsAcrossARestart() throws Exception {
        // given
        channel.queueDeclare("orders", true, false, false, null);
        channel.exchangeDeclare("shop", "topic", true);
        channel.queueBind("orders", "shop", "order.#");
        channel.confirmSelect();
        for (int i = 0; i < 100; i++) {
            channel.basicPublish("shop", "order.new", PERSISTENT, ("order " + i).getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(10_000);
        for (int i = 0; i < 10; i++) {
            GetResponse got = channel.basicGet("orders", false);
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        }

        // when
        restart();

        // then
        assertThat(channel.queueDeclarePassive("orders").getMessageCount()).isEqualTo(90);
        for (int i = 10; i < 100; i++) {
            GetResponse got = channel.basicGet("orders", true);
            assertThat(new String(got.getBody(), UTF_8)).isEqualTo("order " + i);
            assertThat(got.getEnvelope().isRedeliver()).isFalse();
        }
        channel.basicPublish("shop", "order.after", PERSISTENT, "again".getBytes(UTF_8));
        assertThat(new String(channel.basicGet("orders", true).getBody(), UTF_8))
                .isEqualTo("again");
    }

    @Test
    void dropsTransientMessagesAndNonDurableQueuesAtARestart() throws Exception {
        // given
        channel.queueDeclare("durable", true, false, false, null);
        channel.queueDeclare("volatile", false, false, false, null);
        channel.confirmSelect();
        channel.basicPublish("", "durable", TRANSIENT, "lost".getBytes(UTF_8));
        channel.basicPublish("", "durable", PERSISTENT, "kept".getBytes(UTF_8));
        channel.basicPublish("", "durable", TRANSIENT, "lost too".getBytes(UTF_8));
        channel.basicPublish("", "volatile", PERSISTENT, "lost with its queue".getBytes(UTF_8));
        channel.waitForConfirmsOrDie(10_000);

        // when
        restart();

        // then
        assertThat(channel.queueDeclarePassive("durable").getMessageCount()).isEqualTo(1);
        assertThat(new String(channel.basicGet("durable", true).getBody(), UTF_8))
                .isEqualTo("kept");
        Channel other = connection.createChannel();
        assertThatThrownBy(() -> other.queueDeclarePassive("volatile"))
                .hasRootCauseMessage("channel error; protocol method: #method<channel.close>(reply-code=404,"
                        + " reply-text=NOT_FOUND - no queue 'volatile' in vhost '/', class-id=50, method-id=10)");
    }

    @Test
    void redeliversWhatADeadConsumerHadNotAcknowledged() throws Exception {
        // given
        channel.queueDeclare("work", true, false, false, null);
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", "work", PERSISTENT, ("task " + i).getBytes(UTF_8));
        }
        Connection doomed = broker.connect();
        var held = new AtomicInteger();
        doomed.createChannel().basicConsume("work", false, (tag, message) -> held.incrementAndGet(), tag -> {});
        await().untilAsserted(() -> assertThat(held).hasValue(3));

        // when
        doomed.abort();

        // then
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        channel.basicConsume(
                "work",
                true,
                (tag, message) -> received.add(new String(message.getBody(), UTF_8) + " "
                        + message.getEnvelope().isRedeliver()),
                tag -> {});
        for (int i = 0; i < 3; i++) {
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("task " + i + " true");
        }
    }

    @Test
    void returnsUnroutableMandatoryMessagesBeforeTheirConfirm() throws Exception {
        // given
        List<String> events = new ArrayList<>();
        channel.addReturnListener(message -> events.add(
                message.getReplyCode() + " " + message.getReplyText() + " " + new String(message.getBody(), UTF_8)));
        channel.addConfirmListener((tag, multiple) -> events.add("ack " + tag), (tag, multiple) -> events.add("nack"));
        channel.confirmSelect();

        // when
        channel.basicPublish("amq.direct", "nowhere", true, TRANSIENT, "x".getBytes(UTF_8));
        channel.waitForConfirmsOrDie(5_000);

        // then
        assertThat(events).containsExactly("312 NO_ROUTE x", "ack 1");
    }

    @Test
    void countsDroppedMessagesWithTheirReason() throws Exception {
        // given
        channel.exchangeDeclare("my_exchange", "direct");

        // when
        channel.basicPublish("my_exchange", "process_queue", TRANSIENT, "x".getBytes(UTF_8));

        // then
        await().untilAsserted(() -> assertThat(broker.admin().counters().dropped())
                .containsExactlyEntriesOf(Map.of("no binding of exchange 'my_exchange' in vhost '/' matches", 1L)));
    }

    @Test
    void limitsUnacknowledgedDeliveriesToThePrefetchCount() throws Exception {
        // given
        channel.queueDeclare("work", false, false, false, null);
        channel.basicQos(2);
        for (int i = 0; i < 5; i++) {
            channel.basicPublish("", "work", TRANSIENT, new byte[] {(byte) i});
        }
        BlockingQueue<Long> tags = new LinkedBlockingQueue<>();
        channel.basicConsume(
                "work", false, (tag, message) -> tags.add(message.getEnvelope().getDeliveryTag()), tag -> {});
        await().untilAsserted(() -> {
            assertThat(broker.admin().queues().get(0).unacked()).isEqualTo(2);
            assertThat(tags).containsExactly(1L, 2L);
        });

        // when
        channel.basicAck(2, true);

        // then
        await().untilAsserted(() -> assertThat(tags).containsExactly(1L, 2L, 3L, 4L));
        assertThat(broker.admin().queues().get(0).ready()).isEqualTo(1);
    }

    @Test
    void requeuesRejectedMessagesToWhereTheyWere() throws Exception {
        // given
        channel.queueDeclare("work", true, false, false, null);
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", "work", PERSISTENT, ("m" + i).getBytes(UTF_8));
        }
        long first = channel.basicGet("work", false).getEnvelope().getDeliveryTag();
        long second = channel.basicGet("work", false).getEnvelope().getDeliveryTag();

        // when
        channel.basicNack(second, false, true);
        channel.basicReject(first, true);

        // then
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            GetResponse got = channel.basicGet("work", true);
            bodies.add(new String(got.getBody(), UTF_8) + " "
                    + got.getEnvelope().isRedeliver() + " " + got.getMessageCount());
        }
        assertThat(bodies).containsExactly("m0 true 2", "m1 true 1", "m2 false 0");
        assertThat(channel.basicGet("work", true)).isNull();
    }

    @Test
    void confirmsManyPublishesToSeveralQueuesInOrder() throws Exception {
        // given
        channel.exchangeDeclare("all", "fanout");
        for (String queue : List.of("stored", "memory")) {
            channel.queueDeclare(queue, queue.equals("stored"), false, false, null);
            channel.queueBind(queue, "all", "");
        }
        channel.confirmSelect();

        // when
        for (int i = 0; i < 5_000; i++) {
            channel.basicPublish(
                    "all",
                    "",
                    i % 2 == 0 ? PERSISTENT : TRANSIENT,
                    Integer.toString(i).getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(20_000);

        // then
        for (String queue : List.of("stored", "memory")) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            channel.basicConsume(
                    queue, true, (tag, message) -> received.add(new String(message.getBody(), UTF_8)), tag -> {});
            for (int i = 0; i < 5_000; i++) {
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(Integer.toString(i));
            }
        }
        assertThat(broker.admin().counters().confirmed()).isEqualTo(5_000);
    }

    @Test
    void closesTheChannelOfAPublisherToAMissingExchange() throws Exception {
        // when
        channel.basicPublish("nowhere", "", TRANSIENT, new byte[0]);

        // then
        await().untilAsserted(() -> assertThat(channel.getCloseReason())
                .hasMessageContaining("NOT_FOUND - no exchange 'nowhere' in vhost '/'"));
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void expiresMessagesAtTheHeadOfTheQueue() throws Exception {
        // given
        channel.queueDeclare("short", true, false, false, null);
        channel.confirmSelect();
        channel.basicPublish(
                "",
                "short",
                new AMQP.BasicProperties.Builder()
                        .expiration("50")
                        .deliveryMode(2)
                        .build(),
                "gone".getBytes(UTF_8));
        channel.basicPublish("", "short", PERSISTENT, "stays".getBytes(UTF_8));

        // when
        channel.waitForConfirmsOrDie(5_000);

        // then
        await().untilAsserted(
                        () -> assertThat(channel.queueDeclarePassive("short").getMessageCount())
                                .isEqualTo(1));
        assertThat(new String(channel.basicGet("short", true).getBody(), UTF_8)).isEqualTo("stays");
    }
}
