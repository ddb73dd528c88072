package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dead letter is in one queue or the other, though the broker is killed while thousands are on their way. */
class DeadLetterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 6_000;

    @Test
    void noneIsLostOrDoubledWhenTheBrokerIsKilledAmongThem(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                channel.queueDeclare("dead", true, false, false, null);
                channel.queueDeclare(
                        "q",
                        true,
                        false,
                        false,
                        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"));
                channel.confirmSelect();
                var expiring = new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .expiration("1500")
                        .build();
                for (int i = 0; i < MESSAGES; i++) {
                    channel.basicPublish("", "q", expiring, AmqpFixture.bytes(Integer.toString(i)));
                }
                channel.waitForConfirmsOrDie(60_000);
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> channel.messageCount("dead") > 0);
            }

            // when
            broker.kill();
            broker.start();

            // then
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                await().atMost(PATIENCE).until(() -> channel.messageCount("dead") >= MESSAGES);
                assertThat(channel.messageCount("q")).isZero();
                assertThat(drain(channel))
                        .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                                .mapToObj(Integer::toString)
                                .toList());
            }
        }
    }

    @Test
    void thoseThatAreDeliveredAtLeastOnceStayUntilThereIsAQueueForThem(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                channel.queueDeclare(
                        "q",
                        true,
                        false,
                        false,
                        Map.of(
                                "x-queue-type", "quorum",
                                "x-message-ttl", 1,
                                "x-dead-letter-exchange", "dlx",
                                "x-dead-letter-strategy", "at-least-once",
                                "x-overflow", "reject-publish"));
                channel.confirmSelect();
                for (int i = 0; i < MESSAGES; i++) {
                    channel.basicPublish("", "q", null, AmqpFixture.bytes(Integer.toString(i)));
                }
                channel.waitForConfirmsOrDie(60_000);
                await().atMost(PATIENCE).until(() -> channel.messageCount("q") == 0);
            }

            // when
            broker.kill();
            broker.start();
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                channel.queueDeclare("dead", true, false, false, Map.of("x-queue-type", "quorum"));
                channel.exchangeDeclare("dlx", "fanout", true);
                channel.queueBind("dead", "dlx", "");
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> channel.messageCount("dead") > 0);
            }
            broker.kill();
            broker.start();

            // then
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                await().atMost(PATIENCE).until(() -> channel.messageCount("dead") >= MESSAGES);
                assertThat(channel.messageCount("q")).isZero();
                List<String> drained = drain(channel);
                assertThat(drained).hasSize(MESSAGES);
                assertThat(new TreeSet<>(drained)).hasSize(MESSAGES);
            }
        }
    }

    private static List<String> drain(Channel channel) throws Exception {
        var bodies = new ArrayList<String>();
        for (GetResponse got = channel.basicGet("dead", true); got != null; got = channel.basicGet("dead", true)) {
            bodies.add(AmqpFixture.text(got.getBody()));
        }
        return bodies;
    }
}
