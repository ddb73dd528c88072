package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues that tell priorities apart; see RabbitMQ, "Priority Queue Support". */
class PriorityQueueTest extends BrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deliversTheHighestPriorityFirstAndEqualOnesInOrder(boolean durable) throws Exception {
        // given
        declare("q", durable, Map.of());

        // when
        publish("q", 0, "low 1");
        publish("q", 5, "high 1");
        publish("", "q", "low 2");
        publish("q", 200, "above all");
        publish("q", 5, "high 2");
        publish("q", 3, "middle");

        // then
        assertThat(channel.messageCount("q")).isEqualTo(6);
        assertThat(drain("q")).containsExactly("above all", "high 1", "high 2", "middle", "low 1", "low 2");
    }

    @Test
    void letsUrgentMessagesOvertakeABacklog() throws Exception {
        // given
        declare("q", true, Map.of());
        for (int i = 0; i < 5; i++) {
            publish("q", 1, "backlog " + i);
        }
        channel.basicQos(2);
        var bodies = new CopyOnWriteArrayList<String>();
        var tags = new CopyOnWriteArrayList<Long>();
        channel.basicConsume("q", false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                tags.add(envelope.getDeliveryTag());
                bodies.add(text(body));
            }
        });
        await().atMost(PATIENCE).until(() -> bodies.size() == 2);

        // when
        publish("q", 9, "urgent");
        assertThat(channel.messageCount("q")).isEqualTo(4);
        channel.basicAck(tags.get(1), true);

        // then
        await().atMost(PATIENCE).until(() -> bodies.size() == 4);
        assertThat(bodies).containsExactly("backlog 0", "backlog 1", "urgent", "backlog 2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void returnsMessagesToTheirPlaces(boolean durable) throws Exception {
        // given
        declare("q", durable, Map.of());
        publish("q", 1, "low 1");
        publish("q", 1, "low 2");
        publish("q", 7, "high");

        // when
        GetResponse high = channel.basicGet("q", false);
        GetResponse low = channel.basicGet("q", false);
        channel.basicNack(low.getEnvelope().getDeliveryTag(), true, true);

        // then
        assertThat(text(high.getBody())).isEqualTo("high");
        assertThat(drain("q")).containsExactly("high", "low 1", "low 2");
    }

    @Test
    void remembersPrioritiesAndAcknowledgementsOverARestart() throws Exception {
        // given
        declare("q", true, Map.of());
        for (int i = 0; i < 4; i++) {
            publish("q", i, "priority " + i);
        }
        channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        channel.txSelect();
        channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        channel.txCommit();

        // when
        restart();

        // then
        assertThat(channel.messageCount("q")).isEqualTo(2);
        publish("q", 9, "new");
        assertThat(drain("q")).containsExactly("new", "priority 1", "priority 0");
        restart();
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void deadLettersFromEveryPriority() throws Exception {
        // given
        channel.queueDeclare("dead", true, false, false, null);
        declare("q", true, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"));
        for (int i = 0; i < 3; i++) {
            publish("q", i, Integer.toString(i));
        }

        // when
        for (int i = 0; i < 3; i++) {
            channel.basicReject(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        }

        // then
        await().atMost(PATIENCE).until(() -> channel.messageCount("dead") == 3);
        restart();
        assertThat(drain("q")).isEmpty();
        assertThat(drain("dead")).containsExactly("2", "1", "0");
    }

    @Test
    void deadLettersIntoPriorities() throws Exception {
        // given
        declare("dead", true, Map.of());
        channel.queueDeclare(
                "q", true, false, false, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"));
        publish("q", 1, "low");
        publish("q", 8, "high");

        // when
        for (int i = 0; i < 2; i++) {
            channel.basicReject(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        }

        // then
        await().atMost(PATIENCE).until(() -> channel.messageCount("dead") == 2);
        assertThat(drain("dead")).containsExactly("high", "low");
    }

    @Test
    void limitsItsLengthAcrossPriorities() throws Exception {
        // given
        declare("q", true, Map.of("x-max-length", 2));

        // when
        publish("q", 0, "low 1");
        publish("q", 0, "low 2");
        publish("q", 0, "low 3");

        // then
        assertThat(channel.messageCount("q")).isEqualTo(2);
        assertThat(drain("q")).containsExactly("low 2", "low 3");
    }

    @Test
    void expiresAndPurgesInEveryPriority() throws Exception {
        // given
        declare("q", true, Map.of("x-message-ttl", 50));
        declare("purged", true, Map.of());

        // when
        for (int i = 0; i < 3; i++) {
            publish("q", i, "x");
            publish("purged", i, "x");
        }

        // then
        assertThat(channel.queuePurge("purged").getMessageCount()).isEqualTo(3);
        assertThat(drain("purged")).isEmpty();
        await().atMost(PATIENCE).until(() -> channel.messageCount("q") == 0);
        channel.queueDelete("q");
        channel.queueDelete("purged");
        restart();
        assertThat(broker.admin().queues()).isEmpty();
    }

    private void declare(String queue, boolean durable, Map<String, Object> more) throws IOException {
        var arguments = new HashMap<>(more);
        arguments.put("x-max-priority", 10);
        channel.queueDeclare(queue, durable, false, false, arguments);
    }

    private void publish(String queue, int priority, String body) throws IOException {
        channel.basicPublish(
                "",
                queue,
                new AMQP.BasicProperties.Builder()
                        .priority(priority)
                        .deliveryMode(2)
                        .build(),
                bytes(body));
    }

    @Test
    void treatsAMaximumOfZeroAsNoPriorities() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-max-priority", 0));

        // when
        publish("q", 1, "first");
        publish("q", 9, "second");

        // then
        assertThat(drain("q")).isEqualTo(List.of("first", "second"));
    }
}
