package dev.tandem.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the seed programs do not show: groups of several members, and consumers that die. */
class PythonClientsIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void aSecondMemberSharesPartitionsAndTakesOverWhenTheFirstIsKilled(PythonEnvironment python) {
        // given
        var kafka = BROKER.kafka();
        String topic = kafka.createTopic(4);
        String group = Names.unique("group");
        try (var first = python.start("python/group_member.py", kafka.bootstrap(), topic, group)) {
            first.awaitLines("Assigned: 0 1 2 3", 1);
            try (var second = python.start("python/group_member.py", kafka.bootstrap(), topic, group)) {
                String shared = second.awaitLines("Assigned: ", 1).get(0);

                // when
                first.close();
                second.awaitLines("Assigned: 0 1 2 3", 1);
                for (int partition = 0; partition < 4; partition++) {
                    kafka.produce(topic, partition, "for the second");
                }

                // then
                assertThat(shared.split(" ")).as(shared).hasSize(1 + 2);
                assertThat(second.awaitLines("Received: ", 4))
                        .containsExactlyInAnyOrder(
                                "Received: 0 for the second",
                                "Received: 1 for the second",
                                "Received: 2 for the second",
                                "Received: 3 for the second");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("environments")
    void aMessageOfAKilledConsumerIsRedeliveredAndAnAcknowledgedOneNeverComesBack(PythonEnvironment python)
            throws Exception {
        // given
        var amqp = BROKER.amqp();
        String queue = Names.unique("queue");
        String port = Integer.toString(amqp.factory().getPort());
        try (var connection = amqp.connect();
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, null);
            AmqpFixture.publish(channel, queue, "work");
            try (var dying = python.start("python/hold_message.py", port, queue)) {
                assertThat(dying.awaitLines("Held: ", 1)).containsExactly("Held: work redelivered=False");
            }

            // when
            List<String> taken = python.run("python/take_message.py", port, queue);

            // then
            assertThat(taken).containsExactly("Taken: work redelivered=True");
            assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
        }
    }
}
