package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** basic.publish, basic.return and the confirm class. */
class PublishIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();
    private Connection connection;
    private Channel channel;
    private String queue;

    @BeforeEach
    void connect() throws Exception {
        connection = amqp.connect();
        channel = connection.createChannel();
        queue = channel.queueDeclare().getQueue();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_064, 131_065, 3_000_000})
    void keepsBodiesOfEverySize(int size) throws Exception {
        // given
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);

        // when
        channel.basicPublish("", queue, null, body);

        // then
        assertThat(AmqpFixture.get(channel, queue, true).getBody()).isEqualTo(body);
    }

    @Test
    void keepsEveryProperty() throws Exception {
        // given
        var properties = new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .headers(Map.of(
                        "int",
                        1,
                        "long",
                        2L,
                        "bool",
                        true,
                        "date",
                        new Date(1_700_000_000_000L),
                        "list",
                        List.of(1, 2)))
                .deliveryMode(2)
                .priority(3)
                .correlationId("correlation")
                .replyTo("reply")
                .messageId("message")
                .timestamp(new Date(1_600_000_000_000L))
                .type("type")
                .userId("guest")
                .appId("app")
                .build();

        // when
        channel.basicPublish("", queue, properties, AmqpFixture.bytes("x"));

        // then
        assertThat(AmqpFixture.get(channel, queue, true).getProps()).isEqualTo(properties);
    }

    @Test
    void tellsWhereAMessageWasPublished() throws Exception {
        // given
        channel.queueBind(queue, "amq.topic", "#");

        // when
        channel.basicPublish("amq.topic", "a.b", null, AmqpFixture.bytes("x"));

        // then
        var envelope = AmqpFixture.get(channel, queue, true).getEnvelope();
        assertThat(envelope.getExchange()).isEqualTo("amq.topic");
        assertThat(envelope.getRoutingKey()).isEqualTo("a.b");
        assertThat(envelope.isRedeliver()).isFalse();
    }

    @Test
    void returnsAMandatoryMessageWithoutQueueBeforeItConfirmsIt() throws Exception {
        // given
        List<Object> heard = new CopyOnWriteArrayList<>();
        channel.addReturnListener((Return returned) -> heard.add(returned));
        channel.addConfirmListener((tag, multiple) -> heard.add("ack " + tag), (tag, multiple) -> heard.add("nack"));
        channel.confirmSelect();

        // when
        channel.basicPublish("", Names.unique("nowhere"), true, null, AmqpFixture.bytes("lost"));

        // then
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 2);
        assertThat(heard.get(0)).isInstanceOfSatisfying(Return.class, returned -> {
            assertThat(returned.getReplyCode()).isEqualTo(312);
            assertThat(returned.getReplyText()).isEqualTo("NO_ROUTE");
            assertThat(AmqpFixture.text(returned.getBody())).isEqualTo("lost");
        });
        assertThat(heard.get(1)).isEqualTo("ack 1");
    }

    @Test
    void confirmsAMessageThatNoQueueTakes() throws Exception {
        // given
        channel.confirmSelect();

        // when
        channel.basicPublish("", Names.unique("nowhere"), null, AmqpFixture.bytes("dropped"));

        // then
        assertThat(channel.waitForConfirms(30_000)).isTrue();
    }

    @Test
    void confirmsEveryPersistentMessageOfADurableQueue() throws Exception {
        // given
        String durable = Names.unique("durable");
        channel.queueDeclare(durable, true, false, false, null);
        channel.confirmSelect();
        var persistent = new AMQP.BasicProperties.Builder().deliveryMode(2).build();

        // when
        for (int i = 0; i < 1_000; i++) {
            channel.basicPublish("", durable, persistent, AmqpFixture.bytes(Integer.toString(i)));
        }
        boolean allAcked = channel.waitForConfirms(60_000);

        // then
        assertThat(allAcked).isTrue();
        assertThat(channel.queueDelete(durable).getMessageCount()).isEqualTo(1_000);
    }

    @Test
    void closesTheChannelWhenTheExchangeDoesNotExist() throws Exception {
        // given
        String missing = Names.unique("missing");

        // when
        channel.basicPublish(missing, "k", null, AmqpFixture.bytes("x"));

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void refusesAMessageInAnotherUsersName() throws Exception {
        // given
        var properties = new AMQP.BasicProperties.Builder().userId("somebody").build();

        // when
        channel.basicPublish("", queue, properties, AmqpFixture.bytes("x"));

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(
                        406,
                        "PRECONDITION_FAILED - user_id property set to 'somebody' but authenticated user was 'guest'"));
    }

    @Test
    void refusesImmediateDelivery() throws Exception {
        // when
        channel.basicPublish("", queue, false, true, null, AmqpFixture.bytes("x"));

        // then
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !connection.isOpen());
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.connection(540, "NOT_IMPLEMENTED - immediate=true"));
    }
}
