package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.RpcClient;
import com.rabbitmq.client.RpcClientParams;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.SharedBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DirectReplyIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";

    private final AmqpFixture amqp = BROKER.amqp();
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        connection = amqp.connect();
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    /** The Java client's own RPC client replies to the pseudo-queue when no other queue is given. */
    @Test
    void answersTheRpcClient() throws Exception {
        // given
        Channel server = amqp.connect().createChannel();
        String requests = server.queueDeclare().getQueue();
        server.basicConsume(
                requests,
                true,
                (tag, request) -> server.basicPublish(
                        "",
                        request.getProperties().getReplyTo(),
                        new AMQP.BasicProperties.Builder()
                                .correlationId(request.getProperties().getCorrelationId())
                                .build(),
                        AmqpFixture.bytes(AmqpFixture.text(request.getBody()) + "!")),
                tag -> {});
        var client = new RpcClient(new RpcClientParams()
                .channel(channel)
                .exchange("")
                .routingKey(requests)
                .timeout(30_000));

        // when
        String one = client.stringCall("one");
        String two = client.stringCall("two");

        // then
        assertThat(one).isEqualTo("one!");
        assertThat(two).isEqualTo("two!");
        server.getConnection().abort();
    }

    @Test
    void refusesAReplyConsumerThatAcknowledges() {
        // when
        Closed closed =
                AmqpFixture.closedBy(() -> channel.basicConsume(PSEUDO_QUEUE, false, (tag, reply) -> {}, tag -> {}));

        // then
        assertThat(closed).isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - reply consumer cannot acknowledge"));
    }

    @Test
    void refusesARequestWithoutAReplyConsumer() throws Exception {
        // when
        channel.basicPublish(
                "",
                "q",
                new AMQP.BasicProperties.Builder().replyTo(PSEUDO_QUEUE).build(),
                new byte[0]);

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - fast reply consumer does not exist"));
    }
}
