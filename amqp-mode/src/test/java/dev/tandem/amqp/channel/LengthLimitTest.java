package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.Errors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of queues; see RabbitMQ, "Queue Length Limit". */
class LengthLimitTest extends BrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dropsTheOldestMessages(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, Map.of("x-max-length", 3));
        channel.confirmSelect();

        // when
        publishNumbers("q", 10);

        // then
        assertThat(channel.messageCount("q")).isEqualTo(3);
        assertThat(drain("q")).containsExactly("7", "8", "9");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dropsTheOldestMessagesPastAnumberOfBytes(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, Map.of("x-max-length-bytes", 25));
        channel.confirmSelect();

        // when
        for (int i = 0; i < 5; i++) {
            publish("", "q", "message " + i + "!");
        }
        channel.waitForConfirmsOrDie(60_000);

        // then
        assertThat(channel.messageCount("q")).isEqualTo(2);
        GetResponse third = channel.basicGet("q", false);
        publish("", "q", "message 5!");
        channel.waitForConfirmsOrDie(60_000);
        assertThat(channel.messageCount("q"))
                .as("what is delivered does not count")
                .isEqualTo(2);

        // and when
        channel.basicNack(third.getEnvelope().getDeliveryTag(), false, true);

        // then
        assertThat(drain("q")).containsExactly("message 4!", "message 5!");
        publish("", "q", "more than the queue may ever hold");
        channel.waitForConfirmsOrDie(60_000);
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void countsBytesOfABacklogAfterARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-max-length-bytes", 5_000));
        channel.confirmSelect();
        var persistent = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
        for (int i = 0; i < 6; i++) {
            channel.basicPublish("", "q", persistent, new byte[1_000]);
        }
        channel.waitForConfirmsOrDie(60_000);
        channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        assertThat(channel.messageCount("q")).isEqualTo(4);

        // when
        restart();
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", "q", persistent, new byte[1_000]);
        }

        // then
        await().atMost(PATIENCE).until(() -> channel.messageCount("q") == 5);
        channel.queuePurge("q");
        channel.basicPublish("", "q", persistent, new byte[5_000]);
        assertThat(channel.basicGet("q", true).getBody()).hasSize(5_000);
    }

    @Test
    void countsOnlyWhatIsReady() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-max-length", 2));
        channel.confirmSelect();
        publishNumbers("q", 2);
        GetResponse held = channel.basicGet("q", false);

        // when
        publishNumbers("q", 1);

        // then
        assertThat(channel.messageCount("q")).isEqualTo(2);

        // and when
        channel.basicNack(held.getEnvelope().getDeliveryTag(), false, true);

        // then
        assertThat(channel.messageCount("q")).isEqualTo(2);
        assertThat(drain("q")).containsExactly("1", "0");
    }

    @Test
    void holdsNothingWithALimitOfZeroButDelivers() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-max-length", 0));
        channel.confirmSelect();

        // when
        publishNumbers("q", 3);

        // then
        assertThat(channel.messageCount("q")).isZero();
        assertThat(channel.basicGet("q", true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deadLettersWhatItDrops(boolean durable) throws Exception {
        // given
        channel.queueDeclare("dead", durable, false, false, null);
        channel.queueDeclare("q", durable, false, false, limited(3, "drop-head"));
        channel.confirmSelect();

        // when
        publishNumbers("q", 10);

        // then
        await().atMost(PATIENCE).until(() -> channel.messageCount("dead") == 7);
        GetResponse first = channel.basicGet("dead", true);
        assertThat(text(first.getBody())).isEqualTo("0");
        assertThat(first.getProps().getHeaders().get("x-first-death-reason").toString())
                .isEqualTo("maxlen");
        assertThat(drain("q")).containsExactly("7", "8", "9");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsWhatIsTooMuch(boolean durable) throws Exception {
        // given
        channel.queueDeclare("q", durable, false, false, Map.of("x-max-length", 3, "x-overflow", "reject-publish"));
        var acked = new ConcurrentSkipListSet<Long>();
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(acked, nacked);

        // when
        for (int i = 0; i < 10; i++) {
            publish("", "q", Integer.toString(i));
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(acked).containsExactly(1L, 2L, 3L);
        assertThat(nacked).containsExactlyElementsOf(new TreeSet<>(List.of(4L, 5L, 6L, 7L, 8L, 9L, 10L)));

        // and when
        channel.basicGet("q", true);
        publish("", "q", "room again");
        publish("", "q", "full again");
        channel.waitForConfirms(60_000);

        // then
        assertThat(acked).contains(11L);
        assertThat(nacked).contains(12L);
        assertThat(drain("q")).containsExactly("1", "2", "room again");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deadLettersWhatItRejects(boolean durable) throws Exception {
        // given
        channel.queueDeclare("dead", durable, false, false, null);
        channel.queueDeclare("q", durable, false, false, limited(2, "reject-publish-dlx"));
        var acked = new ConcurrentSkipListSet<Long>();
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(acked, nacked);

        // when
        for (int i = 0; i < 4; i++) {
            publish("", "q", Integer.toString(i));
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).containsExactly(3L, 4L);
        GetResponse dead = await().atMost(PATIENCE).until(() -> channel.basicGet("dead", true), Objects::nonNull);
        assertThat(text(dead.getBody())).isEqualTo("2");
        assertThat(dead.getProps().getHeaders().get("x-last-death-reason").toString())
                .isEqualTo("maxlen");
        assertThat(drain("q")).containsExactly("0", "1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsWhatExceedsItsBytes(boolean durable) throws Exception {
        // given
        channel.queueDeclare(
                "q", durable, false, false, Map.of("x-max-length-bytes", 10, "x-overflow", "reject-publish"));
        var acked = new ConcurrentSkipListSet<Long>();
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(acked, nacked);

        // when
        for (String body : List.of("123456", "too long", "7890", "x", "")) {
            publish("", "q", body);
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(acked).containsExactly(1L, 3L, 5L);
        assertThat(nacked).containsExactly(2L, 4L);

        // and when
        assertThat(text(channel.basicGet("q", true).getBody())).isEqualTo("123456");
        publish("", "q", "1234567");
        publish("", "q", "abcdef");
        channel.waitForConfirms(60_000);

        // then
        assertThat(acked).contains(7L);
        assertThat(nacked).contains(6L);

        // and when
        assertThat(channel.queuePurge("q").getMessageCount()).isEqualTo(3);
        publish("", "q", "0123456789");
        channel.waitForConfirms(60_000);

        // then
        assertThat(acked).contains(8L);
        assertThat(drain("q")).containsExactly("0123456789");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deadLettersWhatExceedsItsBytes(boolean durable) throws Exception {
        // given
        channel.queueDeclare("dead", durable, false, false, null);
        Map<String, Object> arguments = limited(100, "reject-publish-dlx");
        arguments.put("x-max-length-bytes", 10);
        channel.queueDeclare("q", durable, false, false, arguments);
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(new ConcurrentSkipListSet<>(), nacked);

        // when
        for (String body : List.of("123456", "too long", "7890")) {
            publish("", "q", body);
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).containsExactly(2L);
        GetResponse dead = await().atMost(PATIENCE).until(() -> channel.basicGet("dead", true), Objects::nonNull);
        assertThat(text(dead.getBody())).isEqualTo("too long");
        assertThat(drain("q")).containsExactly("123456", "7890");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsAcrossPriorities(boolean durable) throws Exception {
        // given
        channel.queueDeclare(
                "q",
                durable,
                false,
                false,
                Map.of("x-max-priority", 5, "x-max-length", 3, "x-overflow", "reject-publish"));
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(new ConcurrentSkipListSet<>(), nacked);

        // when
        for (int i = 0; i < 6; i++) {
            channel.basicPublish(
                    "", "q", new AMQP.BasicProperties.Builder().priority(i).build(), bytes("priority " + i));
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).as("none makes room for another, however urgent").containsExactly(4L, 5L, 6L);
        assertThat(drain("q")).containsExactly("priority 2", "priority 1", "priority 0");
    }

    @Test
    void rejectsByTheBytesOfABacklogAfterARestart() throws Exception {
        // given
        channel.queueDeclare(
                "q",
                true,
                false,
                false,
                Map.of("x-max-priority", 1, "x-max-length-bytes", 5_000, "x-overflow", "reject-publish"));
        channel.confirmSelect();
        for (int i = 0; i < 4; i++) {
            channel.basicPublish("", "q", persistent(i % 2), new byte[1_000]);
        }
        channel.waitForConfirmsOrDie(60_000);
        channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        assertThat(channel.messageCount("q")).isEqualTo(3);

        // when
        restart();
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(new ConcurrentSkipListSet<>(), nacked);
        for (int length : List.of(2_001, 2_000, 1)) {
            channel.basicPublish("", "q", persistent(0), new byte[length]);
        }
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).containsExactly(1L, 3L);
        assertThat(channel.messageCount("q")).isEqualTo(4);
    }

    private static AMQP.BasicProperties persistent(int priority) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .priority(priority)
                .build();
    }

    @Test
    void storesARejectedMessageInTheOtherQueuesOfItsRoute() throws Exception {
        // given
        channel.queueDeclare("full", true, false, false, Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
        channel.queueDeclare("open", true, false, false, null);
        channel.queueDeclare("wide", true, false, false, null);
        for (String queue : List.of("full", "open", "wide")) {
            channel.queueBind(queue, "amq.fanout", "");
        }
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(new ConcurrentSkipListSet<>(), nacked);

        // when
        channel.basicPublish("amq.fanout", "", null, new byte[10_000]);
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).containsExactly(1L);
        assertThat(channel.basicGet("open", true).getBody()).hasSize(10_000);
        assertThat(channel.basicGet("wide", true).getBody()).hasSize(10_000);
        assertThat(channel.basicGet("full", true)).isNull();
    }

    @Test
    void failsATransactionThatAQueueRejects() throws Exception {
        // given
        channel.queueDeclare("full", true, false, false, Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
        channel.txSelect();
        publish("", "full", "x");

        // then
        Errors.assertClosesChannel(
                channel, 406, "PRECONDITION_FAILED - partial tx completion", () -> channel.txCommit());
    }

    @Test
    void keepsItsLimitOverARestart() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
        channel.confirmSelect();
        for (String body : List.of("a", "b")) {
            channel.basicPublish(
                    "", "q", new AMQP.BasicProperties.Builder().deliveryMode(2).build(), bytes(body));
        }
        channel.waitForConfirmsOrDie(60_000);

        // when
        restart();
        var nacked = new ConcurrentSkipListSet<Long>();
        listen(new ConcurrentSkipListSet<>(), nacked);
        publish("", "q", "c");
        channel.waitForConfirms(60_000);

        // then
        assertThat(nacked).containsExactly(1L);
        assertThat(drain("q")).containsExactly("a", "b");
    }

    private static Map<String, Object> limited(int maxLength, String overflow) {
        var arguments = new HashMap<String, Object>();
        arguments.put("x-max-length", maxLength);
        arguments.put("x-overflow", overflow);
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", "dead");
        return arguments;
    }

    private void listen(ConcurrentSkipListSet<Long> acked, ConcurrentSkipListSet<Long> nacked) throws IOException {
        channel.confirmSelect();
        var settled = new ArrayList<Long>(List.of(0L));
        channel.addConfirmListener(
                (tag, multiple) -> note(acked, settled, tag, multiple),
                (tag, multiple) -> note(nacked, settled, tag, multiple));
    }

    private static void note(ConcurrentSkipListSet<Long> into, List<Long> last, long tag, boolean multiple) {
        for (long each = multiple ? last.get(0) + 1 : tag; each <= tag; each++) {
            into.add(each);
        }
        last.set(0, tag);
    }

    private void publishNumbers(String queue, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            publish("", queue, Integer.toString(i));
        }
        channel.waitForConfirmsOrDie(60_000);
    }
}
