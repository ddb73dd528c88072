package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.wire.FieldTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Queues that have more to give than their clients can take. */
class FairnessTest extends BrokerTest {
    private static final int MANY = 2000;
    private static final int FEW = 5;

    @Test
    void aQueueWithFewMessagesGetsItsShareOfAChannelsLimit() throws Exception {
        // given
        fill("many", MANY, 10);
        fill("few", FEW, 10);
        Channel consumer = connection.createChannel();
        consumer.basicQos(1, true);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        for (String queue : List.of("many", "few")) {
            consumer.basicConsume(
                    queue,
                    false,
                    (tag, delivery) -> {
                        received.add(delivery.getEnvelope().getRoutingKey());
                        consumer.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
        }

        // when
        int before = 0;
        for (int few = 0; few < FEW; ) {
            String queue = received.poll(60, TimeUnit.SECONDS);
            assertThat(queue).isNotNull();
            before++;
            few += queue.equals("few") ? 1 : 0;
        }

        // then
        assertThat(before).isLessThan(MANY);
    }

    @Test
    void aClientThatAsksForMoreThanItReadsIsNotAnsweredAheadOfTime() throws Exception {
        // given
        int count = 40;
        fill("q", count, 1 << 20);

        try (var client = new RawClient(broker.port()).openChannel()) {
            // when
            for (int i = 0; i < count; i++) {
                client.method(1, new BasicMethod.Get("q", false));
            }
            client.method(2, new ChannelMethod.Open()).method(2, declare("marker"));

            // then: all was heard, and answered as far as output and sockets go
            await().until(() -> exists("marker"));
            assertThat(ready("q")).isPositive();
            for (int i = 0; i < count; ) {
                RawClient.Frame frame = client.readFrame();
                i += frame.type() == RawClient.METHOD && frame.method() instanceof BasicMethod.GetOk ? 1 : 0;
            }
        }
    }

    private static QueueMethod.Declare declare(String queue) {
        return new QueueMethod.Declare(queue, false, false, false, false, false, FieldTable.EMPTY);
    }

    private boolean exists(String queue) {
        return broker.admin().queues().stream().anyMatch(view -> view.name().equals(queue));
    }

    private long ready(String queue) throws IOException {
        AMQP.Queue.DeclareOk declared = channel.queueDeclarePassive(queue);
        return declared.getMessageCount();
    }

    private void fill(String queue, int messages, int size) throws Exception {
        channel.queueDeclare(queue, true, false, false, null);
        channel.confirmSelect();
        for (int i = 0; i < messages; i++) {
            channel.basicPublish("", queue, MessageProperties.BASIC, new byte[size]);
        }
        channel.waitForConfirmsOrDie(60_000);
    }
}
