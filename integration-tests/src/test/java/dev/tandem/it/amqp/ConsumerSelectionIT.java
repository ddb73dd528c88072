package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumer priorities and the single active consumer. */
class ConsumerSelectionIT {
    private static final long LIMIT_SECONDS = 30;

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
    void disconnect() {
        connection.abort();
    }

    @Test
    void prefersConsumersOfHigherPriority() throws Exception {
        // given
        channel.queueDeclare(queue, false, true, false, null);
        BlockingQueue<String> low = consume("low", Map.of("x-priority", -5), 0);
        BlockingQueue<String> high = consume("high", Map.of("x-priority", 5), 2);

        // when
        AmqpFixture.publish(channel, queue, "0", "1", "2", "3");

        // then
        assertThat(take(high) + take(high)).isEqualTo("01");
        assertThat(take(low) + take(low)).isEqualTo("23");
    }

    @Test
    void handsTheQueueToTheNextConsumerWhenTheActiveOneIsCancelled() throws Exception {
        // given
        channel.queueDeclare(queue, false, true, false, Map.of("x-single-active-consumer", true));
        BlockingQueue<String> first = consume("first", Map.of(), 0);
        BlockingQueue<String> second = consume("second", Map.of(), 0);
        AmqpFixture.publish(channel, queue, "0", "1");
        String before = take(first) + take(first);

        // when
        channel.basicCancel("first");
        AmqpFixture.publish(channel, queue, "2");

        // then
        assertThat(before).isEqualTo("01");
        assertThat(take(second)).isEqualTo("2");
    }

    @Test
    void refusesAnExclusiveConsumerWhereOneAloneIsActive() throws Exception {
        // given
        channel.queueDeclare(queue, false, true, false, Map.of("x-single-active-consumer", true));

        // when
        Closed closed = AmqpFixture.closedBy(
                () -> channel.basicConsume(queue, true, "", false, true, null, (tag, message) -> {}, tag -> {}));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(403, "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use"));
    }

    private BlockingQueue<String> consume(String consumerTag, Map<String, Object> arguments, int prefetch)
            throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        channel.basicQos(prefetch);
        channel.basicConsume(
                queue,
                false,
                consumerTag,
                false,
                false,
                arguments,
                (tag, message) -> bodies.add(AmqpFixture.text(message.getBody())),
                tag -> {});
        return bodies;
    }

    private static String take(BlockingQueue<String> bodies) throws InterruptedException {
        return bodies.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
