package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.Errors;
import dev.tandem.amqp.testsupport.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of a queue in whose data file a bit has flipped. */
class DamagedQueueTest {
    private static final String DAMAGED = "damaged ";
    private static final String SOUND = "sound ";

    @TempDir
    private Path dataDir;

    @Test
    void answersAtTheDamageAndGoesOnWhenPurged() throws Exception {
        // given
        try (TestBroker broker = TestBroker.start(dataDir)) {
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, null);
            channel.confirmSelect();
            for (String body : new String[] {SOUND, DAMAGED, SOUND}) {
                channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, large(body));
                channel.waitForConfirmsOrDie(20_000);
            }
        }
        // A start writes what it replays to data files.
        TestBroker.start(dataDir).close();
        assertThat(damage()).isPositive();

        try (TestBroker broker = TestBroker.start(dataDir)) {
            // when
            Channel channel = broker.connect().createChannel();
            assertThat(channel.basicGet("q", true).getBody()).isEqualTo(large(SOUND));
            for (int i = 0; i < 2; i++) {
                Channel getting = broker.connect().createChannel();
                Errors.assertClosesConnection(
                        getting,
                        541,
                        "INTERNAL_ERROR - queue 'q' in vhost '/': the message at offset 1 is damaged, see the broker logfile",
                        () -> getting.basicGet("q", true));
            }
            BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
            BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
            channel.basicConsume("q", true, (tag, message) -> received.add(message.getBody()), cancelled::add);

            // then
            assertThat(cancelled.poll(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(received).isEmpty();
            assertThat(channel.queuePurge("q").getMessageCount()).isEqualTo(2);
            channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, large("next "));
            assertThat(channel.basicGet("q", true).getBody()).isEqualTo(large("next "));
        }
    }

    /** So large that each message is a block, or a file's entry, of its own. */
    private static byte[] large(String text) {
        return text.repeat((100 << 10) / text.length()).getBytes(StandardCharsets.UTF_8);
    }

    /** Flips a bit in the middle of the message, wherever it lies; the result is in how many files. */
    private int damage() throws IOException {
        byte[] wanted = DAMAGED.repeat(100).getBytes(StandardCharsets.ISO_8859_1);
        int count = 0;
        try (var files = Files.newDirectoryStream(dataDir.resolve("db"), "*.{sst,blob}")) {
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1)
                        .indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
                if (at >= 0) {
                    bytes[at + wanted.length / 2] ^= 1;
                    Files.write(file, bytes);
                    count++;
                }
            }
        }
        return count;
    }
}
