package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueueIT {
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
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.abort();
        try (var cleaning = amqp.connect();
                var last = cleaning.createChannel()) {
            last.queueDelete(queue);
        }
    }

    @Test
    void namesAQueueThatTheClientLeavesUnnamed() throws Exception {
        // when
        String first = channel.queueDeclare().getQueue();
        String second = channel.queueDeclare().getQueue();

        // then
        assertThat(first).startsWith("amq.gen-").isNotEqualTo(second);
    }

    @Test
    void usesTheQueueDeclaredLastWhenAMethodNamesNone() throws Exception {
        // given
        String declared = channel.queueDeclare().getQueue();
        channel.basicPublish("", declared, null, AmqpFixture.bytes("x"));

        // when
        var got = AmqpFixture.get(channel, "", true);

        // then
        assertThat(AmqpFixture.text(got.getBody())).isEqualTo("x");
    }

    @Test
    void countsReadyMessagesAndConsumers() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "a", "b", "c");

        // when
        var declared = channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.get(channel, queue, false);
        var afterGet = channel.queueDeclarePassive(queue);

        // then
        assertThat(declared.getMessageCount()).isEqualTo(3);
        assertThat(declared.getConsumerCount()).isZero();
        assertThat(afterGet.getMessageCount()).isEqualTo(2);
    }

    @Test
    void refusesAnInequivalentDeclaration() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueDeclare(queue, false, false, false, null));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(
                        406,
                        "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '" + queue
                                + "' in vhost '/': received 'false' but current is 'true'"));
    }

    @Test
    void reportsAMissingQueueToAPassiveDeclaration() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueDeclarePassive(queue));

        // then
        assertThat(closed).isEqualTo(Closed.channel(404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'"));
    }

    @Test
    void refusesReservedNames() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueDeclare("amq." + queue, false, false, false, null));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(
                        403, "ACCESS_REFUSED - queue name 'amq." + queue + "' contains reserved prefix 'amq.*'"));
    }

    @Test
    void locksAnExclusiveQueueAgainstOtherConnections() throws Exception {
        // given
        channel.queueDeclare(queue, false, true, false, null);
        try (var other = amqp.connect()) {
            var foreign = other.createChannel();

            // when
            Closed closed = AmqpFixture.closedBy(() -> foreign.queueDeclarePassive(queue));

            // then
            assertThat(closed.code()).isEqualTo(405);
            assertThat(closed.text())
                    .startsWith("RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '" + queue
                            + "' in vhost '/'");
        }
    }

    @Test
    void deletesAnExclusiveQueueWithItsConnection() throws Exception {
        // given
        channel.queueDeclare(queue, false, true, false, null);

        // when
        connection.close();

        // then
        try (var other = amqp.connect()) {
            var foreign = other.createChannel();
            assertThat(AmqpFixture.closedBy(() -> foreign.queueDeclarePassive(queue))
                            .code())
                    .isEqualTo(404);
        }
    }

    @Test
    void deletesAnAutoDeleteQueueWithItsLastConsumer() throws Exception {
        // given
        channel.queueDeclare(queue, false, false, true, null);
        String first = channel.basicConsume(queue, new DefaultConsumer(channel));
        String second = channel.basicConsume(queue, new DefaultConsumer(channel));

        // when
        channel.basicCancel(first);
        int consumersLeft = channel.queueDeclarePassive(queue).getConsumerCount();
        channel.basicCancel(second);

        // then
        assertThat(consumersLeft).isEqualTo(1);
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var asking = connection.createChannel();
            assertThat(AmqpFixture.closedBy(() -> asking.queueDeclarePassive(queue))
                            .code())
                    .isEqualTo(404);
        });
    }

    @Test
    void purgesReadyMessagesOnly() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "held", "b", "c");
        var held = AmqpFixture.get(channel, queue, false);

        // when
        int purged = channel.queuePurge(queue).getMessageCount();
        channel.basicNack(held.getEnvelope().getDeliveryTag(), false, true);

        // then
        assertThat(purged).isEqualTo(2);
        assertThat(AmqpFixture.text(AmqpFixture.get(channel, queue, true).getBody()))
                .isEqualTo("held");
        assertThat(channel.basicGet(queue, true)).isNull();
    }

    @Test
    void deletesAQueueAndTellsHowManyMessagesItHeld() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "a", "b");

        // when
        int held = channel.queueDelete(queue).getMessageCount();

        // then
        assertThat(held).isEqualTo(2);
        assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
        assertThat(AmqpFixture.closedBy(() -> channel.queueDeclarePassive(queue))
                        .code())
                .isEqualTo(404);
    }

    @Test
    void startsEmptyWhenItIsDeclaredAgainAfterItsDeletion() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "old");
        channel.queueDelete(queue);

        // when
        var declared = channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "new");

        // then
        assertThat(declared.getMessageCount()).isZero();
        assertThat(AmqpFixture.text(AmqpFixture.get(channel, queue, true).getBody()))
                .isEqualTo("new");
    }

    @Test
    void keepsAQueueThatIsNotEmptyWhenAskedToDeleteItOnlyEmpty() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        AmqpFixture.publish(channel, queue, "a");

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueDelete(queue, false, true));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' not empty"));
    }

    @Test
    void keepsAQueueInUseWhenAskedToDeleteItOnlyUnused() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        channel.basicConsume(queue, new DefaultConsumer(channel));

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueDelete(queue, true, false));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' in use"));
    }

    @Test
    void refusesToBindToAMissingExchangeAndForgivesAnUnknownUnbind() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, null);
        channel.queueUnbind(queue, "amq.direct", "never bound");

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueBind(queue, "missing-" + queue, "k"));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(404, "NOT_FOUND - no exchange 'missing-" + queue + "' in vhost '/'"));
    }

    @Test
    void acceptsUnknownArgumentsAndRefusesValuesItCannotUse() throws Exception {
        // given
        channel.queueDeclare(queue, true, false, false, Map.of("x-my-own", "note"));

        // when
        Closed closed = AmqpFixture.closedBy(
                () -> channel.queueDeclare(queue + "-bad", true, false, false, Map.of("x-message-ttl", "soon")));

        // then
        assertThat(closed.code()).isEqualTo(406);
        assertThat(closed.text()).startsWith("PRECONDITION_FAILED - ").contains("'x-message-ttl'", queue);
    }
}
