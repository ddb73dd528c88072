package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** basic.consume, basic.qos, basic.cancel and basic.deliver. */
class ConsumeIT {
    private static final long LIMIT_SECONDS = 30;

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
        // Exclusive, but not auto-delete: it outlives its consumers.
        queue = channel.queueDeclare("", false, true, false, null).getQueue();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    @Test
    void deliversInTheOrderOfPublishing() throws Exception {
        // given
        String[] bodies = IntStream.range(0, 1_000).mapToObj(Integer::toString).toArray(String[]::new);
        AmqpFixture.publish(channel, queue, bodies);

        // when
        var delivered = consume(channel, true);

        // then
        assertThat(take(delivered, bodies.length)).containsExactly(bodies);
    }

    @Test
    void deliversToAConsumerThatWaits() throws Exception {
        // given
        var delivered = consume(channel, true);

        // when
        try (var publisher = connection.createChannel()) {
            AmqpFixture.publish(publisher, queue, "late");
        }

        // then
        assertThat(take(delivered, 1)).containsExactly("late");
    }

    @Test
    void holdsBackWhatThePrefetchDoesNotAllow() throws Exception {
        // given
        AmqpFixture.publish(channel, queue, "a", "b", "c");
        channel.basicQos(2);

        // when
        var delivered = consume(channel, false);
        List<Delivery> first = takeDeliveries(delivered, 2);
        int ready = channel.queueDeclarePassive(queue).getMessageCount();
        channel.basicAck(first.get(0).getEnvelope().getDeliveryTag(), false);

        // then
        assertThat(ready).isEqualTo(1);
        assertThat(take(delivered, 1)).containsExactly("c");
    }

    @Test
    void limitsEachConsumerOfAChannelOnItsOwn() throws Exception {
        // given
        AmqpFixture.publish(channel, queue, "a", "b", "c");
        channel.basicQos(1);

        // when
        var first = consume(channel, false);
        var second = consume(channel, false);

        // then
        assertThat(List.of(take(first, 1), take(second, 1))).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
        assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
    }

    @Test
    void takesTurnsBetweenConsumers() throws Exception {
        // given
        var first = consume(channel, true);
        try (var other = connection.createChannel()) {
            var second = consume(other, true);

            // when
            try (var publisher = connection.createChannel()) {
                AmqpFixture.publish(publisher, queue, "a", "b", "c", "d");
            }

            // then
            assertThat(take(first, 2)).hasSize(2);
            assertThat(take(second, 2)).hasSize(2);
        }
    }

    @Test
    void stopsDeliveringAfterCancel() throws Exception {
        // given
        BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
        String tag = channel.basicConsume(queue, true, (consumer, delivery) -> delivered.add(delivery), consumer -> {});

        // when
        channel.basicCancel(tag);
        AmqpFixture.publish(channel, queue, "left");

        // then
        assertThat(AmqpFixture.text(AmqpFixture.get(channel, queue, true).getBody()))
                .isEqualTo("left");
        assertThat(delivered).isEmpty();
    }

    @Test
    void keepsUnackedMessagesOfACancelledConsumer() throws Exception {
        // given
        AmqpFixture.publish(channel, queue, "held");
        BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
        String tag =
                channel.basicConsume(queue, false, (consumer, delivery) -> delivered.add(delivery), consumer -> {});
        var held = takeDeliveries(delivered, 1).get(0);

        // when
        channel.basicCancel(tag);

        // then
        assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
        channel.basicAck(held.getEnvelope().getDeliveryTag(), false);
        assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
    }

    @Test
    void tellsAConsumerThatItsQueueWasDeleted() throws Exception {
        // given
        var cancelled = new CountDownLatch(1);
        channel.basicConsume(queue, true, (consumer, delivery) -> {}, consumer -> cancelled.countDown());

        // when
        try (var other = connection.createChannel()) {
            other.queueDelete(queue);
        }

        // then
        assertThat(cancelled.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesAConsumerBesideAnExclusiveOne() throws Exception {
        // given
        channel.basicConsume(queue, true, "only", false, true, null, new DefaultConsumer(channel));
        var other = connection.createChannel();

        // when
        Closed closed = AmqpFixture.closedBy(() -> other.basicConsume(queue, new DefaultConsumer(other)));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(403, "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use"));
    }

    @Test
    void refusesAConsumerTagInUse() throws Exception {
        // given
        channel.basicConsume(queue, true, "tag", new DefaultConsumer(channel));

        // when
        Closed closed =
                AmqpFixture.closedBy(() -> channel.basicConsume(queue, true, "tag", new DefaultConsumer(channel)));

        // then
        assertThat(closed).isEqualTo(Closed.connection(530, "NOT_ALLOWED - attempt to reuse consumer tag 'tag'"));
    }

    @Test
    void refusesToConsumeAMissingQueue() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.basicConsume("no-such-queue", new DefaultConsumer(channel)));

        // then
        assertThat(closed).isEqualTo(Closed.channel(404, "NOT_FOUND - no queue 'no-such-queue' in vhost '/'"));
    }

    @Test
    void deliversToAnotherConsumerWhatAVanishedOneHeld() throws Exception {
        // given
        String shared = Names.unique("shared");
        channel.queueDeclare(shared, false, false, false, null);
        AmqpFixture.publish(channel, shared, "held");
        var dying = amqp.connect();
        AmqpFixture.get(dying.createChannel(), shared, false);

        // when
        dying.abort();

        // then
        Awaitility.await()
                .atMost(Duration.ofSeconds(LIMIT_SECONDS))
                .until(() -> channel.queueDeclarePassive(shared).getMessageCount() == 1);
        var redelivered = AmqpFixture.get(channel, shared, true);
        assertThat(AmqpFixture.text(redelivered.getBody())).isEqualTo("held");
        assertThat(redelivered.getEnvelope().isRedeliver()).isTrue();
        channel.queueDelete(shared);
    }

    private BlockingQueue<Delivery> consume(Channel on, boolean autoAck) throws Exception {
        BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
        on.basicConsume(queue, autoAck, (consumer, delivery) -> delivered.add(delivery), consumer -> {});
        return delivered;
    }

    private static List<String> take(BlockingQueue<Delivery> delivered, int count) throws InterruptedException {
        return takeDeliveries(delivered, count).stream()
                .map(delivery -> AmqpFixture.text(delivery.getBody()))
                .toList();
    }

    private static List<Delivery> takeDeliveries(BlockingQueue<Delivery> delivered, int count)
            throws InterruptedException {
        var taken = new ArrayList<Delivery>();
        while (taken.size() < count) {
            Delivery next = delivered.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("delivery %d of %d", taken.size() + 1, count).isNotNull();
            taken.add(next);
        }
        return taken;
    }
}
