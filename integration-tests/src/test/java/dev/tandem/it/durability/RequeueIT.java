package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which messages come back as redelivered, and in which order, when the broker starts again. */
class RequeueIT {

    @Test
    void afterACleanStopThoseDeliveredBeforeAreRedeliveredAndAllAreInPlace(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            deliverSome(broker);

            // when
            int exitCode = broker.terminate();
            broker.start();

            // then
            assertThat(exitCode).isZero();
            assertThat(drain(broker)).containsExactly("a redelivered", "c redelivered", "d redelivered", "e", "f");
        }
    }

    @Test
    void afterAKillEverythingIsRedeliveredAndInPlace(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            deliverSome(broker);

            // when
            broker.kill();
            broker.start();

            // then
            assertThat(drain(broker))
                    .containsExactly(
                            "a redelivered", "c redelivered", "d redelivered", "e redelivered", "f redelivered");
        }
    }

    /** Of five messages, the first is requeued twice, the second acknowledged, the third requeued, the fourth held; then comes a sixth. */
    private static void deliverSome(BrokerProcess broker) throws Exception {
        var connection = new AmqpFixture(broker.amqpUri()).connect();
        Channel channel = connection.createChannel();
        channel.queueDeclare("q", true, false, false, null);
        AmqpFixture.publish(channel, "q", "a", "b", "c", "d", "e");
        requeue(channel, AmqpFixture.get(channel, "q", false));
        GetResponse a = AmqpFixture.get(channel, "q", false);
        GetResponse b = AmqpFixture.get(channel, "q", false);
        GetResponse c = AmqpFixture.get(channel, "q", false);
        AmqpFixture.get(channel, "q", false);
        requeue(channel, c);
        requeue(channel, a);
        channel.basicAck(b.getEnvelope().getDeliveryTag(), false);
        // Three answers of the queue later, what was settled is on its way; a confirm behind it says that it is
        // written.
        for (int i = 0; i < 3; i++) {
            channel.queueDeclarePassive("q");
        }
        AmqpFixture.publish(channel, "q", "f");
    }

    private static void requeue(Channel channel, GetResponse got) throws Exception {
        channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
    }

    private static List<String> drain(BrokerProcess broker) throws Exception {
        try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                var channel = connection.createChannel()) {
            var bodies = new ArrayList<String>();
            for (var got = channel.basicGet("q", true); got != null; got = channel.basicGet("q", true)) {
                bodies.add(AmqpFixture.text(got.getBody()) + (got.getEnvelope().isRedeliver() ? " redelivered" : ""));
            }
            return bodies;
        }
    }
}
