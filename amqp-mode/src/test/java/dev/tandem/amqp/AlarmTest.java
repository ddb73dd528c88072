package dev.tandem.amqp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.AlarmedStorage;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What publishers and consumers notice of an alarm of the storage engine. */
class AlarmTest {
    @TempDir
    Path directory;

    private StorageEngine real;
    private AlarmedStorage storage;
    private TestBroker broker;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        real = StorageEngine.open(StorageConfig.defaults(directory));
        storage = new AlarmedStorage(real);
        broker = TestBroker.start(storage.engine());
    }

    @AfterEach
    void stop() throws Exception {
        storage.clear(Kind.LOW_SPACE);
        storage.clear(Kind.WRITE_FAILED);
        broker.close();
    }

    private Connection publisher() throws Exception {
        Connection connection = broker.connect();
        connection.addBlockedListener(reason -> notice("blocked: " + reason), () -> notice("unblocked"));
        return connection;
    }

    private void notice(String notice) {
        synchronized (notices) {
            notices.add(notice);
        }
    }

    private void awaitNotices(String... expected) {
        await().untilAsserted(() -> {
            synchronized (notices) {
                assertThat(notices).containsExactly(expected);
            }
        });
    }

    private static void publish(Channel channel, String body) throws Exception {
        channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, body.getBytes(UTF_8));
    }

    @Test
    void blocksAConnectionWhenItPublishesDuringTheAlarmAndUnblocksIt() throws Exception {
        // given
        Channel channel = publisher().createChannel();
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();
        publish(channel, "before");
        channel.waitForConfirmsOrDie(10_000);

        // when
        storage.raise(Kind.LOW_SPACE);
        channel.queueDeclarePassive("q");
        awaitNotices();
        publish(channel, "during");
        awaitNotices("blocked: low on disk");
        var confirmed = CompletableFuture.supplyAsync(() -> {
            try {
                return channel.waitForConfirms(20_000);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        // then
        await().during(Duration.ofMillis(200)).until(() -> !confirmed.isDone());
        storage.clear(Kind.LOW_SPACE);
        assertThat(confirmed.join()).isTrue();
        awaitNotices("blocked: low on disk", "unblocked");
        assertThat(drain(channel)).containsExactly("before", "during");
    }

    @Test
    void blocksAtTheFirstPublishAndLosesNothingOfIt() throws Exception {
        // given
        Channel channel = publisher().createChannel();
        channel.queueDeclare("q", true, false, false, null);
        storage.raise(Kind.WRITE_FAILED);

        // when
        for (int i = 0; i < 100; i++) {
            publish(channel, "m" + i);
        }

        // then
        awaitNotices("blocked: the disk takes no writes");
        storage.clear(Kind.WRITE_FAILED);
        awaitNotices("blocked: the disk takes no writes", "unblocked");
        var bodies = new ArrayList<String>();
        await().until(() -> {
            bodies.addAll(drain(channel));
            return bodies.size() == 100;
        });
        assertThat(bodies).startsWith("m0", "m1").endsWith("m98", "m99");
    }

    @Test
    void storesWhatAConnectionPublishedThatDidNotWaitForTheEndOfTheAlarm() throws Exception {
        // given
        Channel channel = publisher().createChannel();
        channel.queueDeclare("q", true, false, false, null);
        storage.raise(Kind.LOW_SPACE);
        try (var client = new RawClient(broker.port()).openChannel()) {
            // In one piece, so that the good-bye is read before the socket is not read any more.
            client.text(frame(1, 1, "003c0028" + "0000" + "00" + "0171" + "00")
                    + frame(2, 1, "003c0000" + "0000000000000003" + "0000")
                    + frame(3, 1, "616263")
                    + frame(1, 0, "000a0032" + "00c8" + "00" + "00000000"));
            await().until(() -> broker.admin().connections().size() == 1
                    || broker.admin().connections().stream()
                            .anyMatch(view -> view.state().equals("blocked")));
        }

        // when
        storage.clear(Kind.LOW_SPACE);

        // then
        await().untilAsserted(() ->
                assertThat(channel.queueDeclarePassive("q").getMessageCount()).isEqualTo(1));
        assertThat(drain(channel)).containsExactly("abc");
    }

    /** As the characters of its octets. */
    private static String frame(int type, int channel, String payload) {
        byte[] octets =
                HexFormat.of().parseHex("%02x%04x%08x%sce".formatted(type, channel, payload.length() / 2, payload));
        return new String(octets, ISO_8859_1);
    }

    @Test
    void leavesConsumersAlone() throws Exception {
        // given
        Channel channel = publisher().createChannel();
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();
        publish(channel, "a");
        publish(channel, "b");
        channel.waitForConfirmsOrDie(10_000);
        storage.raise(Kind.WRITE_FAILED);
        publish(channel, "c");
        awaitNotices("blocked: the disk takes no writes");

        // when
        var bodies = new ConcurrentLinkedQueue<String>();
        Channel consumer = broker.connect().createChannel();
        consumer.basicConsume(
                "q", true, (tag, delivery) -> bodies.add(new String(delivery.getBody(), UTF_8)), tag -> {});

        // then
        await().untilAsserted(() -> assertThat(bodies).containsExactly("a", "b"));
    }

    @Test
    void storesAcknowledgementsOnceTheEngineTakesThem() throws Exception {
        // given
        Channel channel = publisher().createChannel();
        channel.queueDeclare("q", true, false, false, null);
        channel.confirmSelect();
        for (int i = 0; i < 10; i++) {
            publish(channel, "m" + i);
        }
        channel.waitForConfirmsOrDie(10_000);
        Channel consumer = broker.connect().createChannel();
        storage.raise(Kind.WRITE_FAILED);
        for (int i = 0; i < 10; i++) {
            GetResponse got = consumer.basicGet("q", false);
            if (i % 3 != 0) {
                consumer.basicAck(got.getEnvelope().getDeliveryTag(), false);
            }
        }
        consumer.queueDeclarePassive("q");

        // when
        storage.clear(Kind.WRITE_FAILED);

        // then
        long log = real.catalog()
                .all(dev.tandem.storage.catalog.Definition.Queue.class)
                .iterator()
                .next()
                .logId();
        await().untilAsserted(() ->
                assertThat(real.ackSet(log, 0).join().cardinalityAboveFloor()).isEqualTo(6));
        broker.close();
        broker = TestBroker.start(directory);
        assertThat(drain(broker.connect().createChannel())).containsExactly("m0", "m3", "m6", "m9");
    }

    private static List<String> drain(Channel channel) throws Exception {
        var bodies = new ArrayList<String>();
        for (GetResponse got = channel.basicGet("q", true); got != null; got = channel.basicGet("q", true)) {
            bodies.add(new String(got.getBody(), UTF_8));
        }
        return bodies;
    }
}
