package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TransactionIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();
    private final String queue = Names.unique("queue");
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        connection = amqp.connect();
        channel = connection.createChannel();
        channel.queueDeclare(queue, true, false, false, null);
    }

    @AfterEach
    void disconnect() throws Exception {
        if (connection.isOpen()) {
            try (var cleaning = connection.createChannel()) {
                cleaning.queueDelete(queue);
            }
        }
        connection.abort();
    }

    @Test
    void publishesAtTheCommit() throws Exception {
        // given
        channel.txSelect();
        publish("first", "second");
        long before = readyMessages();

        // when
        channel.txCommit();

        // then
        assertThat(before).isZero();
        assertThat(drain()).containsExactly("first", "second");
    }

    @Test
    void publishesNothingAfterARollback() throws Exception {
        // given
        channel.txSelect();
        publish("dropped");

        // when
        channel.txRollback();
        channel.txCommit();

        // then
        assertThat(drain()).isEmpty();
    }

    @Test
    void acknowledgesAtTheCommit() throws Exception {
        // given
        AmqpFixture.publish(connection.createChannel(), queue, "one", "two");
        channel.txSelect();
        long tag = AmqpFixture.get(channel, queue, false).getEnvelope().getDeliveryTag();
        AmqpFixture.get(channel, queue, false);
        channel.basicAck(tag, false);

        // when
        channel.txCommit();
        channel.close();

        // then
        channel = connection.createChannel();
        assertThat(drain()).containsExactly("two");
    }

    @Test
    void makesDeliveriesUnacknowledgedAgainAtTheRollback() throws Exception {
        // given
        AmqpFixture.publish(connection.createChannel(), queue, "one");
        channel.txSelect();
        long tag = AmqpFixture.get(channel, queue, false).getEnvelope().getDeliveryTag();
        channel.basicAck(tag, false);

        // when
        channel.txRollback();

        // then
        assertThat(channel.basicGet(queue, false)).isNull();
        channel.basicNack(tag, false, true);
        channel.txCommit();
        GetResponse again = AmqpFixture.get(channel, queue, true);
        assertThat(again.getEnvelope().isRedeliver()).isTrue();
    }

    @Test
    void forgetsATransactionWithItsChannel() throws Exception {
        // given
        AmqpFixture.publish(connection.createChannel(), queue, "one");
        channel.txSelect();
        channel.basicAck(AmqpFixture.get(channel, queue, false).getEnvelope().getDeliveryTag(), false);
        publish("two");

        // when
        channel.close();

        // then
        channel = connection.createChannel();
        assertThat(drain()).containsExactly("one");
    }

    @Test
    void refusesAnUnknownDeliveryTagAtOnce() throws Exception {
        // given
        channel.txSelect();

        // when
        channel.basicAck(7, false);

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - unknown delivery tag 7"));
    }

    @Test
    void refusesToMixTransactionsAndConfirms() throws Exception {
        // given
        Channel confirming = connection.createChannel();
        confirming.confirmSelect();
        channel.txSelect();

        // when
        Closed toTransactions = AmqpFixture.closedBy(confirming::txSelect);
        Closed toConfirms = AmqpFixture.closedBy(channel::confirmSelect);

        // then
        assertThat(toTransactions)
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode"));
        assertThat(toConfirms)
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode"));
    }

    @Test
    void refusesToCommitWhatWasNotBegun() {
        // when
        Closed closed = AmqpFixture.closedBy(channel::txCommit);

        // then
        assertThat(closed).isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - channel is not transactional"));
    }

    private void publish(String... bodies) throws Exception {
        for (String body : bodies) {
            channel.basicPublish("", queue, MessageProperties.MINIMAL_PERSISTENT_BASIC, AmqpFixture.bytes(body));
        }
    }

    private long readyMessages() throws Exception {
        try (var other = connection.createChannel()) {
            return other.messageCount(queue);
        }
    }

    private List<String> drain() throws Exception {
        var bodies = new ArrayList<String>();
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(AmqpFixture.text(got.getBody()));
        }
        return bodies;
    }
}
