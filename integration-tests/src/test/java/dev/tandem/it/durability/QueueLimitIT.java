package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a full queue remembers of its priorities and of its limit when the broker is killed. */
class QueueLimitIT {
    private static final long CONFIRM_MILLIS = 60_000;

    @Test
    void prioritiesAndTheLimitOfBytesOutliveAKill(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            Channel before = new AmqpFixture(broker.amqpUri()).connect().createChannel();
            before.queueDeclare(
                    "q",
                    true,
                    false,
                    false,
                    Map.of("x-max-priority", 3, "x-max-length-bytes", 50, "x-overflow", "reject-publish"));
            before.confirmSelect();
            for (String body : List.of("0 first...", "3 first...", "1 first...", "3 second..", "0 second..")) {
                assertThat(publish(before, body)).isTrue();
            }
            assertThat(publish(before, "3")).as("the queue is full").isFalse();
            assertThat(AmqpFixture.text(AmqpFixture.get(before, "q", true).getBody()))
                    .isEqualTo("3 first...");
            // The acknowledgement is on its way before these, whose confirm says that it is written.
            assertThat(publish(before, "2 first.")).isTrue();
            assertThat(publish(before, "2 second..")).as("2 bytes are left").isFalse();

            // when
            broker.kill();
            broker.start();

            // then
            try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                    var channel = connection.createChannel()) {
                assertThat(channel.messageCount("q")).isEqualTo(5);
                channel.confirmSelect();
                assertThat(publish(channel, "333")).isFalse();
                assertThat(publish(channel, "33")).isTrue();
                assertThat(drain(channel))
                        .containsExactly("3 second..", "33", "2 first.", "1 first...", "0 first...", "0 second..");
            }
        }
    }

    /** Publishes a body with the priority that it begins with; true when it is confirmed. */
    private static boolean publish(Channel channel, String body) throws Exception {
        var properties = new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .priority(body.charAt(0) - '0')
                .build();
        channel.basicPublish("", "q", properties, AmqpFixture.bytes(body));
        return channel.waitForConfirms(CONFIRM_MILLIS);
    }

    private static List<String> drain(Channel channel) throws Exception {
        var bodies = new ArrayList<String>();
        for (var got = channel.basicGet("q", true); got != null; got = channel.basicGet("q", true)) {
            bodies.add(AmqpFixture.text(got.getBody()));
        }
        return bodies;
    }
}
