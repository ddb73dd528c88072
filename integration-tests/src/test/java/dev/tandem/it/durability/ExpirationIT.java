package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages expire when they should have, though the broker was killed in between. */
class ExpirationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void messagesRememberOverAKillWhenTheyExpire(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                channel.queueDeclare("brief", true, false, false, Map.of("x-message-ttl", 1_000));
                channel.queueDeclare("mixed", true, false, false, null);
                channel.confirmSelect();
                publish(channel, "brief", null);
                publish(channel, "mixed", "1000");
                publish(channel, "mixed", "3600000");
                channel.waitForConfirmsOrDie(60_000);
            }

            // when
            broker.kill();
            broker.start();

            // then
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(channel.messageCount("brief"))
                        .isZero());
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(channel.messageCount("mixed"))
                        .isEqualTo(1));
                assertThat(AmqpFixture.get(channel, "mixed", true).getProps().getExpiration())
                        .isEqualTo("3600000");
            }
        }
    }

    private static void publish(Channel channel, String queue, String expiration) throws IOException {
        channel.basicPublish(
                "",
                queue,
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .expiration(expiration)
                        .build(),
                AmqpFixture.bytes("x"));
    }
}
