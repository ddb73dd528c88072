package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.Errors;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TTL of messages and queues; see RabbitMQ, "Time-To-Live and Expiration". */
class TimeToLiveTest extends BrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void expiresMessagesAfterTheQueuesTime(boolean durable) throws Exception {
        // given
        channel.queueDeclare("brief", durable, false, false, Map.of("x-message-ttl", 30));

        // when
        publish("", "brief", "a");
        publish("", "brief", "b");

        // then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("brief")).isZero());
        assertThat(channel.basicGet("brief", true)).isNull();
    }

    @Test
    void givesEachQueueOfARouteItsOwnTime() throws Exception {
        // given
        channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 30));
        channel.queueDeclare("long", true, false, false, Map.of("x-message-ttl", 3_600_000));
        channel.queueDeclare("mine", false, true, false, Map.of("x-message-ttl", 30));
        channel.queueDeclare("ever", true, false, false, null);
        for (String queue : new String[] {"brief", "long", "mine", "ever"}) {
            channel.queueBind(queue, "amq.fanout", "");
        }

        // when
        channel.basicPublish("amq.fanout", "", null, new byte[10]);
        channel.basicPublish("amq.fanout", "", null, new byte[10_000]);

        // then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("brief")).isZero());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("mine")).isZero());
        assertThat(count("long")).isEqualTo(2);
        assertThat(channel.basicGet("ever", true).getBody()).hasSize(10);
        assertThat(channel.basicGet("ever", true).getBody()).hasSize(10_000);
    }

    @Test
    void takesTheShorterOfTheMessagesTimeAndTheQueues() throws Exception {
        // given
        channel.queueDeclare("long", true, false, false, Map.of("x-message-ttl", 3_600_000));

        // when
        publishWithExpiration("long", "30");

        // then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("long")).isZero());
    }

    @Test
    void remembersOverARestartWhenMessagesExpire() throws Exception {
        // given
        channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 300));
        channel.queueDeclare("long", true, false, false, null);
        channel.confirmSelect();
        publishWithExpiration("brief", "3600000");
        publishWithExpiration("long", "300");
        publishWithExpiration("long", "3600000");
        channel.waitForConfirmsOrDie(60_000);

        // when
        restart();

        // then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("brief")).isZero());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("long")).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletesQueuesThatNobodyUses(boolean durable) throws Exception {
        // given
        Channel asking = connection.createChannel();

        // when
        channel.queueDeclare("leased", durable, false, false, Map.of("x-expires", 50));
        publish("", "leased", "no use");

        // then
        await().atMost(PATIENCE).until(() -> broker.admin().queues().isEmpty());
        Errors.assertClosesChannel(
                asking, 404, "NOT_FOUND - no queue 'leased' in vhost '/'", () -> asking.queueDeclarePassive("leased"));
    }

    @Test
    void leasesQueuesAnewAfterARestart() throws Exception {
        // given
        channel.queueDeclare("leased", true, false, false, Map.of("x-expires", 200));

        // when
        restart();

        // then
        await().atMost(PATIENCE).until(() -> broker.admin().queues().isEmpty());
    }

    @Test
    void comparesTimesOfARedeclaration() throws Exception {
        // given
        channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 60_000));
        channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 60_000L));

        // then
        Errors.assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'brief' in vhost '/': received the"
                        + " value '10' of type 'signedint' but current is the value '60000' of type 'signedint'",
                () -> channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 10)));
    }

    private long count(String queue) throws IOException {
        return channel.messageCount(queue);
    }

    private void publishWithExpiration(String queue, String millis) throws IOException {
        channel.basicPublish(
                "",
                queue,
                new AMQP.BasicProperties.Builder()
                        .expiration(millis)
                        .deliveryMode(2)
                        .build(),
                bytes("x"));
    }
}
