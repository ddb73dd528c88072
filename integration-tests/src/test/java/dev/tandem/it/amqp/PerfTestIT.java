package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpPrograms;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** RabbitMQ's PerfTest in the shapes in which people run it; it fails by itself when messages do not come. */
class PerfTestIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void everyMessageIsReceivedInEveryShape() throws Exception {
        // given
        String confirmed = Names.unique("confirmed");
        String transacted = Names.unique("transacted");
        String polled = Names.unique("polled");

        // when
        try (var persistent = perfTest(
                        "-u",
                        confirmed,
                        "-ad",
                        "false",
                        "-x",
                        "2",
                        "-y",
                        "1",
                        "-C",
                        "1000",
                        "-D",
                        "2000",
                        "-c",
                        "100",
                        "-q",
                        "50",
                        "-A",
                        "10",
                        "-f",
                        "persistent",
                        "-f",
                        "mandatory",
                        "-s",
                        "1000");
                var automatic = perfTest("-x", "1", "-y", "1", "-C", "3000", "-D", "3000", "-a");
                var quorum = perfTest(
                        "-u",
                        transacted,
                        "-qq",
                        "-x",
                        "1",
                        "-y",
                        "1",
                        "-C",
                        "500",
                        "-D",
                        "500",
                        "-m",
                        "10",
                        "-n",
                        "10");
                var queues = perfTest(
                        "-e",
                        Names.unique("exchange"),
                        "-t",
                        "topic",
                        "-qp",
                        polled + "-%d",
                        "-qpf",
                        "1",
                        "-qpt",
                        "3",
                        "-x",
                        "3",
                        "-y",
                        "3",
                        "-C",
                        "300",
                        "-D",
                        "300",
                        "-po",
                        "-pi",
                        "1",
                        "-ad",
                        "false")) {

            // then
            for (var run : List.of(persistent, automatic, quorum, queues)) {
                assertThat(run.awaitSuccess())
                        .anyMatch(line -> line.contains("Consumer reached message limit"))
                        .noneMatch(line -> line.contains("nacked: 1"));
            }
        }
        try (var connection = BROKER.amqp().connect();
                var channel = connection.createChannel()) {
            for (String queue : List.of(confirmed, transacted, polled + "-1", polled + "-2", polled + "-3")) {
                Awaitility.await(queue).untilAsserted(() -> {
                    var state = channel.queueDeclarePassive(queue);
                    assertThat(state.getMessageCount() + state.getConsumerCount())
                            .isZero();
                });
            }
        }
    }

    private static Program perfTest(String... options) {
        return AmqpPrograms.perfTest(BROKER.amqp().uri(), options);
    }
}
