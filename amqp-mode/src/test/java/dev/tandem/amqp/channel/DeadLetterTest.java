package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead-lettering; see RabbitMQ, "Dead Letter Exchanges". */
class DeadLetterTest extends BrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void deadLettersWhatIsRejected(boolean sourceIsDurable, boolean targetIsDurable) throws Exception {
        // given
        channel.queueDeclare("dead", targetIsDurable, false, false, null);
        channel.exchangeDeclare("dlx", "fanout");
        channel.queueBind("dead", "dlx", "");
        channel.queueDeclare("q", sourceIsDurable, false, false, Map.of("x-dead-letter-exchange", "dlx"));
        publish("amq.direct", "nowhere", "");
        channel.queueBind("q", "amq.direct", "k");
        channel.basicPublish(
                "amq.direct",
                "k",
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .correlationId("c")
                        .headers(Map.of("mine", 1))
                        .build(),
                bytes("body"));
        publish("", "q", "stays");

        // when
        GetResponse got = channel.basicGet("q", false);
        channel.basicReject(got.getEnvelope().getDeliveryTag(), false);

        // then
        GetResponse dead = awaitMessage("dead");
        assertThat(text(dead.getBody())).isEqualTo("body");
        assertThat(dead.getEnvelope().getExchange()).isEqualTo("dlx");
        assertThat(dead.getEnvelope().getRoutingKey()).isEqualTo("k");
        assertThat(dead.getEnvelope().isRedeliver()).isFalse();
        assertThat(dead.getProps().getCorrelationId()).isEqualTo("c");
        assertThat(dead.getProps().getDeliveryMode()).isEqualTo(2);
        Map<String, Object> headers = plain(dead);
        Map<String, Object> death = deaths(headers).get(0);
        assertThat(((Date) Objects.requireNonNull(death.remove("time"))).getTime())
                .isBetween(System.currentTimeMillis() - 3_600_000, System.currentTimeMillis());
        assertThat(death)
                .isEqualTo(Map.of(
                        "count",
                        1L,
                        "reason",
                        "rejected",
                        "queue",
                        "q",
                        "exchange",
                        "amq.direct",
                        "routing-keys",
                        List.of("k")));
        headers.remove("x-death");
        assertThat(headers)
                .isEqualTo(Map.of(
                        "mine", 1,
                        "x-first-death-reason", "rejected",
                        "x-first-death-queue", "q",
                        "x-first-death-exchange", "amq.direct",
                        "x-last-death-reason", "rejected",
                        "x-last-death-queue", "q",
                        "x-last-death-exchange", "amq.direct"));
        assertThat(drain("q")).containsExactly("stays");
        assertThat(drain("dead")).isEmpty();
    }

    @Test
    void deadLettersWhatExpiresWithoutItsExpiration() throws Exception {
        // given
        channel.queueDeclare("dead", true, false, false, null);
        declare("q", "", "dead");

        // when
        channel.basicPublish(
                "", "q", new AMQP.BasicProperties.Builder().expiration("20").build(), bytes("x"));

        // then
        GetResponse dead = awaitMessage("dead");
        assertThat(dead.getProps().getExpiration()).isNull();
        assertThat(dead.getEnvelope().getRoutingKey()).isEqualTo("dead");
        assertThat(deaths(plain(dead)).get(0))
                .containsEntry("original-expiration", "20")
                .containsEntry("reason", "expired")
                .containsEntry("exchange", "")
                .containsEntry("routing-keys", List.of("q"));
    }

    @Test
    void keepsAHistoryOverSeveralQueuesAndReasons() throws Exception {
        // given
        channel.queueDeclare("end", true, false, false, null);
        declare("second", "", "end");
        channel.queueDeclare(
                "first",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "second", "x-message-ttl", 20));

        // when
        publish("", "first", "x");
        GetResponse second = awaitMessage("second", false);
        channel.basicNack(second.getEnvelope().getDeliveryTag(), false, false);

        // then
        Map<String, Object> headers = plain(awaitMessage("end"));
        assertThat(deaths(headers))
                .extracting(death -> death.get("queue") + " " + death.get("reason") + " " + death.get("routing-keys"))
                .containsExactly("second rejected [second]", "first expired [first]");
        assertThat(headers)
                .containsEntry("x-first-death-queue", "first")
                .containsEntry("x-first-death-reason", "expired")
                .containsEntry("x-last-death-queue", "second")
                .containsEntry("x-last-death-reason", "rejected");
    }

    @Test
    void countsHowOftenARejectedMessageWentRound() throws Exception {
        // given
        declare("work", "", "wait");
        channel.queueDeclare(
                "wait",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "work", "x-message-ttl", 10));

        // when
        publish("", "work", "x");
        for (int i = 0; i < 3; i++) {
            GetResponse got = awaitMessage("work", false);
            channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
        }

        // then
        assertThat(deaths(plain(awaitMessage("work"))))
                .extracting(death -> death.get("queue") + " " + death.get("reason") + " " + death.get("count"))
                .containsExactly("wait expired 3", "work rejected 3");
    }

    @Test
    void dropsWhatWouldGoRoundForEver() throws Exception {
        // given
        channel.queueDeclare(
                "a",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "b", "x-message-ttl", 10));
        channel.queueDeclare(
                "b",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "a", "x-message-ttl", 10));

        // when
        publish("", "a", "x");

        // then
        await().atMost(PATIENCE).until(() -> broker.admin().queues().stream()
                .filter(queue -> queue.name().equals("b"))
                .anyMatch(queue -> queue.published() == 1));
        await().atMost(PATIENCE).until(() -> channel.messageCount("a") + channel.messageCount("b") == 0);
        assertThat(broker.admin().queues())
                .filteredOn(queue -> queue.name().equals("a"))
                .singleElement()
                .satisfies(queue -> assertThat(queue.published()).isEqualTo(1));
    }

    @Test
    void dropsSilentlyWhatHasNowhereToGo() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-dead-letter-exchange", "missing"));
        publish("", "q", "x");
        publish("", "q", "y");

        // when
        channel.basicReject(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);

        // then
        assertThat(drain("q")).containsExactly("y");
        restart();
        assertThat(drain("q")).isEmpty();
    }

    @Test
    void trustsNoHistoryThatAClientSends() throws Exception {
        // given
        channel.queueDeclare("dead", true, false, false, null);
        declare("q", "", "dead");
        Map<String, Object> forged = new HashMap<>();
        forged.put("x-death", List.of(Map.of("queue", "dead", "reason", "expired", "count", 7L)));
        forged.put("x-first-death-queue", "other");
        channel.basicPublish(
                "", "q", new AMQP.BasicProperties.Builder().headers(forged).build(), bytes("x"));

        // when
        GetResponse got = channel.basicGet("q", false);
        assertThat(plain(got)).containsEntry("x-first-death-queue", "other");
        channel.basicReject(got.getEnvelope().getDeliveryTag(), false);

        // then
        Map<String, Object> headers = plain(awaitMessage("dead"));
        assertThat(deaths(headers)).hasSize(1);
        assertThat(headers).containsEntry("x-first-death-queue", "q");
    }

    @Test
    void keepsTheHistoryOverARestart() throws Exception {
        // given
        declare("middle", "", "end");
        declare("q", "", "middle");
        channel.queueDeclare("end", true, false, false, null);
        channel.basicPublish(
                "", "q", new AMQP.BasicProperties.Builder().deliveryMode(2).build(), new byte[10_000]);
        channel.basicReject(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
        await().atMost(PATIENCE).until(() -> channel.messageCount("middle") == 1);

        // when
        restart();
        channel.basicReject(channel.basicGet("middle", false).getEnvelope().getDeliveryTag(), false);

        // then
        GetResponse end = awaitMessage("end");
        assertThat(end.getBody()).hasSize(10_000);
        assertThat(deaths(plain(end))).extracting(death -> death.get("queue")).containsExactly("middle", "q");
        assertThat(channel.messageCount("q") + channel.messageCount("middle")).isZero();
    }

    @Test
    void movesAStormOfExpiredMessagesInOrder() throws Exception {
        // given
        channel.queueDeclare("dead", true, false, false, null);
        declare("q", "", "dead");
        channel.confirmSelect();
        var expiring = new AMQP.BasicProperties.Builder().expiration("200").build();
        int count = 5_000;
        for (int i = 0; i < count; i++) {
            channel.basicPublish("", "q", expiring, bytes(Integer.toString(i)));
        }
        channel.waitForConfirmsOrDie(60_000);

        // when
        await().atMost(PATIENCE).until(() -> channel.messageCount("dead") == count);

        // then
        List<String> bodies = drain("dead");
        for (int i = 0; i < count; i++) {
            assertThat(bodies.get(i)).isEqualTo(Integer.toString(i));
        }
        assertThat(channel.messageCount("q")).isZero();
    }

    /** A queue that dead-letters to an exchange with a routing key. */
    private void declare(String queue, String exchange, String routingKey) throws IOException {
        channel.queueDeclare(
                queue,
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", exchange, "x-dead-letter-routing-key", routingKey));
    }

    private GetResponse awaitMessage(String queue) {
        return awaitMessage(queue, true);
    }

    private GetResponse awaitMessage(String queue, boolean autoAck) {
        return await().atMost(PATIENCE).until(() -> channel.basicGet(queue, autoAck), Objects::nonNull);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> deaths(Map<String, Object> headers) {
        return (List<Map<String, Object>>) Objects.requireNonNull(headers.get("x-death"));
    }

    /** The headers with texts as such. */
    private static Map<String, Object> plain(GetResponse got) {
        return plain(got.getProps().getHeaders());
    }

    private static Map<String, Object> plain(Map<?, ?> table) {
        var plain = new HashMap<String, Object>();
        table.forEach((name, value) -> plain.put(name.toString(), plainValue(value)));
        return plain;
    }

    private static Object plainValue(Object value) {
        if (value instanceof Map<?, ?> table) {
            return plain(table);
        }
        if (value instanceof List<?> list) {
            var plain = new ArrayList<>();
            list.forEach(element -> plain.add(plainValue(element)));
            return plain;
        }
        return value instanceof Date || value instanceof Number ? value : value.toString();
    }
}
