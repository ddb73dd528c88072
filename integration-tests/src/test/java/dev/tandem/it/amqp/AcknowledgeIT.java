package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
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

/** basic.get, basic.ack, basic.nack, basic.reject and basic.recover. */
class AcknowledgeIT {
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
        AmqpFixture.publish(channel, queue, "a", "b", "c", "d");
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
    void tellsHowManyMessagesRemainAfterAGet() throws Exception {
        // when
        GetResponse first = channel.basicGet(queue, true);
        GetResponse second = channel.basicGet(queue, true);

        // then
        assertThat(first.getMessageCount()).isEqualTo(3);
        assertThat(second.getMessageCount()).isEqualTo(2);
    }

    @Test
    void answersEmptyWhenNothingIsReady() throws Exception {
        // given
        channel.queuePurge(queue);

        // when
        GetResponse got = channel.basicGet(queue, false);

        // then
        assertThat(got).isNull();
    }

    @Test
    void forgetsAcknowledgedMessagesAndReturnsTheOthersWithTheChannel() throws Exception {
        // given
        List<Long> tags = getAll();

        // when
        channel.basicAck(tags.get(1), false);
        channel.basicAck(tags.get(3), false);
        channel.close();

        // then
        assertThat(drain()).containsExactly("a redelivered", "c redelivered");
    }

    @Test
    void acknowledgesEverythingUpToATag() throws Exception {
        // given
        List<Long> tags = getAll();

        // when
        channel.basicAck(tags.get(2), true);
        channel.close();

        // then
        assertThat(drain()).containsExactly("d redelivered");
    }

    @Test
    void acknowledgesEverythingWithTagZeroAndMultiple() throws Exception {
        // given
        getAll();

        // when
        channel.basicAck(0, true);
        channel.close();

        // then
        assertThat(drain()).isEmpty();
    }

    @Test
    void putsARequeuedMessageBackInItsPlace() throws Exception {
        // given
        GetResponse a = channel.basicGet(queue, false);
        GetResponse b = channel.basicGet(queue, false);

        // when
        channel.basicNack(b.getEnvelope().getDeliveryTag(), false, true);
        channel.basicReject(a.getEnvelope().getDeliveryTag(), true);

        // then
        assertThat(drain()).containsExactly("a redelivered", "b redelivered", "c", "d");
    }

    @Test
    void requeuesEverythingUpToATag() throws Exception {
        // given
        List<Long> tags = getAll();

        // when
        channel.basicNack(tags.get(2), true, true);

        // then
        assertThat(drain()).containsExactly("a redelivered", "b redelivered", "c redelivered");
    }

    @Test
    void dropsARejectedMessageWithoutDeadLetterExchange() throws Exception {
        // given
        GetResponse a = channel.basicGet(queue, false);

        // when
        channel.basicReject(a.getEnvelope().getDeliveryTag(), false);
        channel.close();

        // then
        assertThat(drain()).containsExactly("b", "c", "d");
    }

    @Test
    void returnsEverythingUnackedOnRecover() throws Exception {
        // given
        getAll();

        // when
        channel.basicRecover(true);

        // then
        assertThat(drain()).containsExactly("a redelivered", "b redelivered", "c redelivered", "d redelivered");
    }

    @Test
    void refusesAnUnknownTag() throws Exception {
        // when
        channel.basicAck(123, false);

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - unknown delivery tag 123"));
    }

    @Test
    void refusesATagThatWasAcknowledgedAlready() throws Exception {
        // given
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        channel.basicAck(tag, false);

        // when
        channel.basicAck(tag, false);

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(406, "PRECONDITION_FAILED - unknown delivery tag " + tag));
    }

    private List<Long> getAll() throws Exception {
        var tags = new ArrayList<Long>();
        for (var got = channel.basicGet(queue, false); got != null; got = channel.basicGet(queue, false)) {
            tags.add(got.getEnvelope().getDeliveryTag());
        }
        assertThat(tags).hasSize(4);
        return tags;
    }

    /** What a new channel gets, without acknowledging it: the order shows where messages stand. */
    private List<String> drain() throws Exception {
        var bodies = new ArrayList<String>();
        try (var reader = connection.createChannel()) {
            for (var got = reader.basicGet(queue, false); got != null; got = reader.basicGet(queue, false)) {
                bodies.add(AmqpFixture.text(got.getBody()) + (got.getEnvelope().isRedeliver() ? " redelivered" : ""));
            }
        }
        return bodies;
    }
}
