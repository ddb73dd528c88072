package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of AMQP transactions when the broker is killed. */
class TransactionCrashIT {
    private static final int STEPS = 20;

    @Test
    void keepsWholeTransactionsAndNothingOfTheOneThatWasOpen(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            Channel channel = new AmqpFixture(broker.amqpUri()).connect().createChannel();
            for (String queue : List.of("in", "out", "copy")) {
                channel.queueDeclare(queue, true, false, false, null);
            }
            var bodies = new ArrayList<String>();
            for (int i = 0; i < STEPS + 2; i++) {
                bodies.add("m" + i);
            }
            AmqpFixture.publish(channel.getConnection().createChannel(), "in", bodies.toArray(String[]::new));
            channel.txSelect();
            for (int i = 0; i < STEPS; i++) {
                move(channel);
                channel.txCommit();
            }

            // when
            move(channel);
            channel.queueDeclarePassive("in"); // the broker has it all
            broker.kill();
            broker.start();

            // then
            assertThat(drain(broker, "in")).containsExactly("m" + STEPS, "m" + (STEPS + 1));
            assertThat(drain(broker, "out")).containsExactlyElementsOf(bodies.subList(0, STEPS));
            assertThat(drain(broker, "copy")).containsExactlyElementsOf(bodies.subList(0, STEPS));
        }
    }

    /** Takes a message from one queue to two others. */
    private static void move(Channel channel) throws Exception {
        var got = AmqpFixture.get(channel, "in", false);
        channel.basicPublish("", "out", MessageProperties.MINIMAL_PERSISTENT_BASIC, got.getBody());
        channel.basicPublish("", "copy", MessageProperties.MINIMAL_PERSISTENT_BASIC, got.getBody());
        channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
    }

    private static List<String> drain(BrokerProcess broker, String queue) throws Exception {
        try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                var channel = connection.createChannel()) {
            var bodies = new ArrayList<String>();
            for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
                bodies.add(AmqpFixture.text(got.getBody()));
            }
            return bodies;
        }
    }
}
