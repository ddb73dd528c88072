package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.DirectorySize;
import dev.tandem.it.fixture.PythonEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Large messages for ten queues, published and taken by two client libraries, with a kill in between. */
class SharedBodyIT {
    private static final int QUEUES = 10;
    private static final int BODY_BYTES = 64 << 10;
    private static final int MESSAGES = 200;
    private static final String EXCHANGE = "all";

    @TempDir
    private Path dataDir;

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void everyQueueHasEveryMessageOnceAfterAKillAndTheDiskOnceForAll(PythonEnvironment python) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            var amqp = new AmqpFixture(broker.amqpUri());
            String port = Integer.toString(amqp.factory().getPort());
            try (var connection = amqp.connect();
                    var channel = connection.createChannel()) {
                declare(channel);
                publish(channel, 0, MESSAGES / 2);
                python.run(
                        "python/publish_numbers.py",
                        port,
                        EXCHANGE,
                        Integer.toString(MESSAGES / 2),
                        Integer.toString(MESSAGES),
                        Integer.toString(BODY_BYTES));
                for (int queue = 0; queue < 3; queue++) {
                    assertThat(take(channel, queue, 50)).isEqualTo(numbers(0, 50));
                }
                assertThat(take(python, port, 3, 50)).isEqualTo(numbers(0, 50));
                channel.basicGet("q4", false);
            }
            long published = (long) MESSAGES * BODY_BYTES;
            long peak = DirectorySize.of(dataDir);
            assertThat(peak).as("bytes on disk").isBetween(published, published * 5 / 2);

            // when
            broker.kill();
            broker.start();

            // then
            try (var connection = amqp.connect();
                    var channel = connection.createChannel()) {
                for (int queue = 0; queue < QUEUES; queue++) {
                    int from = queue < 4 ? 50 : 0;
                    assertThat(
                                    queue % 2 == 0
                                            ? take(channel, queue, MESSAGES - from)
                                            : take(python, port, queue, MESSAGES - from))
                            .as("queue " + queue)
                            .isEqualTo(numbers(from, MESSAGES));
                    assertThat(channel.basicGet("q" + queue, true)).isNull();
                }
            }
            Awaitility.await("disk space")
                    .atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(DirectorySize.of(dataDir)).isLessThan(published / 4));
        }
    }

    private static void declare(Channel channel) throws IOException {
        channel.exchangeDeclare(EXCHANGE, "fanout", true);
        for (int queue = 0; queue < QUEUES; queue++) {
            channel.queueDeclare("q" + queue, true, false, false, null);
            channel.queueBind("q" + queue, EXCHANGE, "");
        }
    }

    private static void publish(Channel channel, int from, int to) throws Exception {
        channel.confirmSelect();
        for (int number = from; number < to; number++) {
            var properties = new AMQP.BasicProperties.Builder()
                    .deliveryMode(2)
                    .messageId(Integer.toString(number))
                    .build();
            channel.basicPublish(EXCHANGE, "", true, properties, body(number));
        }
        channel.waitForConfirmsOrDie(30_000);
    }

    private static List<Integer> take(Channel channel, int queue, int count) throws IOException {
        var taken = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            GetResponse got = AmqpFixture.get(channel, "q" + queue, false);
            taken.add(numberOf(got));
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        }
        return taken;
    }

    private static List<Integer> take(PythonEnvironment python, String port, int queue, int count) {
        return python
                .run("python/take_numbers.py", port, "q" + queue, Integer.toString(count), Integer.toString(BODY_BYTES))
                .stream()
                .map(line -> line.startsWith("Taken: ") ? Integer.parseInt(line.substring("Taken: ".length())) : -1)
                .toList();
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    /** As the Python programs have it. */
    private static byte[] body(long number) {
        var body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) (number % 251));
        ByteBuffer.wrap(body).putLong(number);
        return body;
    }

    /** The number of a whole message; -1 for any other. */
    private static int numberOf(GetResponse got) {
        long number = ByteBuffer.wrap(got.getBody()).getLong();
        boolean isWhole = Arrays.equals(got.getBody(), body(number))
                && Long.toString(number).equals(got.getProps().getMessageId());
        return isWhole ? (int) number : -1;
    }
}
