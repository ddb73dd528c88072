package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large message for several durable queues: one body on the disk, and every queue as if it had its own. */
class SharedBodyTest {
    private static final int QUEUES = 3;
    private static final int BODY_BYTES = 64 << 10;

    @TempDir
    private Path dataDir;

    private TestBroker broker;
    private Channel channel;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(
                StorageConfig.defaults(dataDir).withMemoryBytes(24 << 20).withCleaningInterval(Duration.ofMillis(50)));
        Connection connection = broker.connect();
        channel = connection.createChannel();
        channel.exchangeDeclare("all", "fanout", true);
        for (int i = 0; i < QUEUES; i++) {
            channel.queueDeclare("q" + i, true, false, false, null);
            channel.queueBind("q" + i, "all", "");
        }
        channel.confirmSelect();
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @Test
    void everyQueueDeliversTheBodyThatIsStoredOnce() throws Exception {
        // given
        channel.queueDeclare("memory", false, false, false, null);
        channel.queueBind("memory", "all", "");
        long before = broker.storage().metrics().bytesWritten();

        // when
        publish(20, MessageProperties.PERSISTENT_BASIC);

        // then
        assertThat(broker.storage().metrics().bytesWritten() - before)
                .isBetween(20L * BODY_BYTES, 20L * BODY_BYTES * 11 / 10);
        for (String queue : List.of("q0", "q1", "q2", "memory")) {
            assertThat(consume(queue, 20)).isEqualTo(bodies(0, 20));
        }
    }

    @Test
    void aBodyForOneDurableQueueStaysWithItsMessage() throws Exception {
        // given
        channel.queueUnbind("q1", "all", "");
        channel.queueUnbind("q2", "all", "");
        channel.queueBind(channel.queueDeclare().getQueue(), "all", "");

        // when
        publish(1, MessageProperties.PERSISTENT_BASIC);

        // then
        var entry =
                broker.storage().log(logOf("q0")).join().read(0, 1, 1).entries().get(0);
        assertThat(entry.message(0).sharedBody()).isNull();
        assertThat(get("q0").getBody()).isEqualTo(body(0));
    }

    @Test
    void requeuedAndRejectedMessagesComeBackWithTheirBodies() throws Exception {
        // given
        publish(5, MessageProperties.PERSISTENT_BASIC);
        for (int i = 0; i < 5; i++) {
            assertThat(get("q0").getBody()).isEqualTo(body(i));
        }

        // when
        channel.basicNack(0, true, true);

        // then
        for (int i = 0; i < 5; i++) {
            GetResponse again = get("q0");
            assertThat(again.getEnvelope().isRedeliver()).isTrue();
            assertThat(again.getBody()).isEqualTo(body(i));
        }
    }

    @Test
    void whatLeftTheCacheIsReadFromTheDiskAlsoAfterARestart() throws Exception {
        // given
        publish(300, MessageProperties.PERSISTENT_BASIC);
        assertThat(consume("q0", 100)).isEqualTo(bodies(0, 100));
        assertThat(broker.storage().metrics().tailCacheMisses()).isPositive();

        // when
        stop();
        start();

        // then
        assertThat(consume("q0", 200)).isEqualTo(bodies(100, 300));
        assertThat(consume("q1", 300)).isEqualTo(bodies(0, 300));
        GetResponse first = get("q2");
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        await().atMost(Duration.ofSeconds(60)).until(() -> channel.messageCount("q2") == 300);
        assertThat(consume("q2", 300)).isEqualTo(bodies(0, 300));
    }

    @Test
    void bodiesGoWhenTheLastQueueIsDoneAndNotBefore() throws Exception {
        // given
        publish(300, MessageProperties.PERSISTENT_BASIC);
        long full = broker.storage().metrics().diskBytes();

        // when
        consume("q0", 300);
        channel.queuePurge("q1");

        // then
        assertThat(consume("q2", 150)).isEqualTo(bodies(0, 150));
        channel.queueDelete("q2");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(broker.storage().metrics().diskBytes()).isLessThan(full / 4));
    }

    @Test
    void messagesThatAreNotPersistentShareTheirBodiesAndEndWithTheBroker() throws Exception {
        // given
        publish(3, MessageProperties.BASIC);
        channel.basicPublish("all", "", MessageProperties.PERSISTENT_BASIC, body(3));
        channel.waitForConfirmsOrDie(20_000);
        assertThat(get("q0").getBody()).isEqualTo(body(0));

        // when
        stop();
        start();

        // then
        for (int i = 0; i < QUEUES; i++) {
            assertThat(get("q" + i).getBody()).isEqualTo(body(3));
            assertThat(channel.basicGet("q" + i, true)).isNull();
        }
    }

    @Test
    void aQueueThatIsDeletedMeanwhileDoesNotKeepTheOthersFromTheirMessages() throws Exception {
        // given
        Channel other = broker.connect().createChannel();

        // when
        for (int i = 0; i < 20; i++) {
            other.queueDeclare("goes", true, false, false, null);
            other.queueBind("goes", "all", "");
            for (int message = 0; message < 5; message++) {
                channel.basicPublish("all", "", MessageProperties.PERSISTENT_BASIC, body(i * 5 + message));
            }
            other.queueDelete("goes");
        }
        channel.waitForConfirmsOrDie(20_000);

        // then
        // Whole and each once; a message whose commit met the deletion is published again, behind those that came next.
        assertThat(consume("q1", 100)).containsExactlyInAnyOrderElementsOf(bodies(0, 100));
    }

    @Test
    void aQueueStandsStillAtALostBodyUntilItIsPurged() throws Exception {
        // given
        publish(3, MessageProperties.PERSISTENT_BASIC);
        var entry =
                broker.storage().log(logOf("q0")).join().read(1, 2, 1).entries().get(0);
        var lost = entry.message((int) (1 - entry.baseOffset())).sharedBody();
        stop();
        try (RocksStore store = RocksDirectory.open(dataDir, 64 << 20)) {
            var rows = new BatchBuilder(64);
            rows.delete(ColumnFamily.BODIES, StorageSchema.bodyKey(lost.id()));
            store.write(rows.build());
        }
        start();
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();

        var cancelled = new CountDownLatch(1);

        // when
        channel.basicConsume(
                "q0", true, (tag, message) -> received.add(numberOf(message.getBody())), tag -> cancelled.countDown());

        // then
        assertThat(received.poll(60, TimeUnit.SECONDS)).isZero();
        assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(channel.messageCount("q0")).isEqualTo(2);
        channel.queuePurge("q0");
        channel.basicPublish("all", "", MessageProperties.PERSISTENT_BASIC, body(7));
        channel.basicConsume("q0", true, (tag, message) -> received.add(numberOf(message.getBody())), tag -> {});
        assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(7);
    }

    private long logOf(String queue) {
        return broker.storage().catalog().all(dev.tandem.storage.catalog.Definition.Queue.class).stream()
                .filter(definition -> definition.name().equals(queue))
                .findFirst()
                .orElseThrow()
                .logId();
    }

    private void publish(int count, AMQP.BasicProperties properties) throws Exception {
        for (int i = 0; i < count; i++) {
            channel.basicPublish("all", "", properties, body(i));
        }
        channel.waitForConfirmsOrDie(20_000);
    }

    private GetResponse get(String queue) throws Exception {
        GetResponse got = channel.basicGet(queue, false);
        assertThat(got).as("a message of " + queue).isNotNull();
        return got;
    }

    /** The numbers of the next messages of a queue, each checked byte by byte, all acknowledged. */
    private List<Integer> consume(String queue, int count) throws Exception {
        Channel consuming = broker.connect().createChannel();
        consuming.basicQos(20);
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        consuming.basicConsume(
                queue,
                false,
                (tag, message) -> {
                    if (received.size() < count) {
                        received.add(numberOf(message.getBody()));
                        consuming.basicAck(message.getEnvelope().getDeliveryTag(), false);
                    }
                },
                tag -> {});
        await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == count);
        consuming.close();
        return new ArrayList<>(received);
    }

    private static List<Integer> bodies(int from, int to) {
        return java.util.stream.IntStream.range(from, to).boxed().toList();
    }

    private static byte[] body(int number) {
        byte[] body = new byte[BODY_BYTES];
        new Random(number).nextBytes(body);
        body[0] = (byte) (number >>> 8);
        body[1] = (byte) number;
        return body;
    }

    /** The number of a body that is as it was published; -1 of any other. */
    private static int numberOf(byte[] body) {
        int number = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        return java.util.Arrays.equals(body, body(number)) ? number : -1;
    }
}
