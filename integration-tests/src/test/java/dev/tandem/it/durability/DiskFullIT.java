package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SmallDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker on a small disk that fills up under traffic of both protocols, and is emptied again. */
class DiskFullIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int DISK_MEBIBYTES = 256;
    private static final int PROGRESS = 200;
    private static final int OUTSTANDING = 100;
    /** Between two messages of a sender: unpaced, the traffic itself would fill the disk on a fast machine. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final String PADDING = "x".repeat(1_000);
    private static final String TOPIC = "full";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final String QUEUE = "full";
    private static final String BACKLOG = "backlog";

    @Test
    void refusesMessagesWhileSpaceIsLowAndTakesThemAgainByItself(@TempDir Path mountPoint) throws Exception {
        fillAndFree(mountPoint, 96 << 20, 48 << 20, "storage.disk-free-limit-bytes");
    }

    @Test
    void outlastsWritesThatFailForLackOfSpace(@TempDir Path mountPoint) throws Exception {
        fillAndFree(mountPoint, 0, 0, "until the disk takes writes again");
    }

    private static void fillAndFree(Path mountPoint, long freeLimit, long leftFree, String alarm) throws Exception {
        try (var disk = SmallDisk.mount(mountPoint, DISK_MEBIBYTES);
                var broker = BrokerProcess.start(
                        disk.directory(),
                        "512m",
                        List.of("storage.memory-bytes=48MiB", "storage.disk-free-limit-bytes=" + freeLimit))) {
            var kafkaClients = new KafkaFixture(broker.kafkaBootstrap());
            var amqpClients = new AmqpFixture(broker.amqpUri());
            // given
            try (var kafka = new Records(kafkaClients);
                    var amqp = new Messages(amqpClients)) {
                awaitProgress(kafka.acknowledged, amqp.confirmed);

                // when
                disk.fillBut(leftFree);
                Awaitility.await("alarm").atMost(LIMIT).until(() -> alarmOf(broker)
                        .contains(alarm));

                // then
                Awaitility.await("errors of producers").atMost(LIMIT).until(() -> kafka.errors.get() > 0);
                Awaitility.await("a blocked publisher").atMost(LIMIT).until(() -> amqp.blocked.get() > 0);
                assertNoneMissing(Set.copyOf(kafka.acknowledged), consumed(kafkaClients));
                assertThat(amqp.drain(BACKLOG)).hasSize(PROGRESS);
                disk.free();
                Awaitility.await("recovery").atMost(LIMIT).until(() -> alarmOf(broker)
                        .isEmpty());
                awaitProgress(kafka.acknowledged, amqp.confirmed);
                kafka.stop();
                amqp.stop();
                assertNoneMissing(kafka.acknowledged, consumed(kafkaClients));

                broker.kill();
                broker.start();
                assertNoneMissing(kafka.acknowledged, consumed(kafkaClients));
                assertNoneMissing(amqp.confirmed, drain(amqpClients, QUEUE));
                assertThat(drain(amqpClients, BACKLOG)).isEmpty();
            }
        }
    }

    private static void assertNoneMissing(Set<String> acknowledged, Collection<String> found) {
        var missing = new HashSet<>(acknowledged);
        missing.removeAll(new HashSet<>(found));
        assertThat(missing).isEmpty();
    }

    private static String alarmOf(BrokerProcess broker) {
        return broker.console().json("/overview").get("alarm").asText();
    }

    private static void awaitProgress(Set<String> records, Set<String> messages) {
        int recordsBefore = records.size();
        int messagesBefore = messages.size();
        Awaitility.await("progress").atMost(LIMIT).untilAsserted(() -> {
            assertThat(records.size()).as("records").isGreaterThanOrEqualTo(recordsBefore + PROGRESS);
            assertThat(messages.size()).as("messages").isGreaterThanOrEqualTo(messagesBefore + PROGRESS);
        });
    }

    private static Set<String> consumed(KafkaFixture clients) {
        var found = new HashSet<String>();
        try (Consumer<String, String> consumer = clients.consumer("unused", Map.of("enable.auto.commit", "false"))) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.key()));
            }
        }
        return found;
    }

    private static List<String> drain(AmqpFixture clients, String queue) throws Exception {
        try (Connection connection = clients.connect()) {
            return drain(connection.createChannel(), queue);
        }
    }

    private static List<String> drain(Channel channel, String queue) throws Exception {
        var bodies = new java.util.ArrayList<String>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            String body = new String(got.getBody(), StandardCharsets.UTF_8);
            bodies.add(body.substring(0, body.indexOf(' ')));
        }
        channel.queueDeclarePassive(queue); // the acknowledgements before it are taken
        return bodies;
    }

    /** Sends records until it is stopped. */
    private static final class Records implements AutoCloseable {
        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        final AtomicInteger errors = new AtomicInteger();
        private final Producer<String, String> producer;
        private final Semaphore outstanding = new Semaphore(OUTSTANDING);
        private final Thread thread = new Thread(this::run, "records");
        private volatile boolean stopped;

        Records(KafkaFixture clients) {
            producer = clients.producer(Map.of(
                    "delivery.timeout.ms", 4_000,
                    "request.timeout.ms", 2_000,
                    "max.block.ms", 10_000,
                    "linger.ms", 0));
            thread.start();
        }

        private void run() {
            for (int i = 0; !stopped; i++) {
                String key = "r" + i;
                outstanding.acquireUninterruptibly();
                if (stopped) {
                    return;
                }
                LockSupport.parkNanos(PACE_NANOS);
                producer.send(new ProducerRecord<>(TOPIC, 0, key, PADDING), (metadata, failure) -> {
                    outstanding.release();
                    if (failure == null) {
                        acknowledged.add(key);
                    } else {
                        errors.incrementAndGet();
                    }
                });
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join();
            producer.flush();
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            outstanding.release();
            thread.join();
            producer.close(Duration.ofSeconds(5));
        }
    }

    /** Publishes messages until it is stopped. */
    private static final class Messages implements AutoCloseable {
        final Set<String> confirmed = ConcurrentHashMap.newKeySet();
        final AtomicInteger blocked = new AtomicInteger();
        private final Connection publisher;
        private final Connection consumer;
        private final Channel channel;
        private final Semaphore outstanding = new Semaphore(OUTSTANDING);
        private final ConcurrentSkipListMap<Long, String> unconfirmed = new ConcurrentSkipListMap<>();
        private final Thread thread = new Thread(this::run, "messages");
        private volatile boolean stopped;

        Messages(AmqpFixture clients) throws Exception {
            publisher = clients.connect();
            consumer = clients.connect();
            publisher.addBlockedListener(reason -> blocked.incrementAndGet(), () -> {});
            channel = publisher.createChannel();
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.queueDeclare(BACKLOG, true, false, false, null);
            channel.confirmSelect();
            for (int i = 0; i < PROGRESS; i++) {
                channel.basicPublish("", BACKLOG, MessageProperties.PERSISTENT_BASIC, body("b" + i));
            }
            channel.waitForConfirmsOrDie(LIMIT.toMillis());
            channel.addConfirmListener(
                    (tag, multiple) -> settle(tag, multiple, true), (tag, multiple) -> settle(tag, multiple, false));
            thread.start();
        }

        private static byte[] body(String name) {
            return (name + " " + PADDING).getBytes(StandardCharsets.UTF_8);
        }

        private void run() {
            try {
                for (int i = 0; !stopped; i++) {
                    outstanding.acquireUninterruptibly();
                    LockSupport.parkNanos(PACE_NANOS);
                    unconfirmed.put(channel.getNextPublishSeqNo(), "m" + i);
                    channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, body("m" + i));
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private void settle(long tag, boolean multiple, boolean success) {
            var settled = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
            if (success) {
                confirmed.addAll(settled.values());
            }
            outstanding.release(settled.size());
            settled.clear();
        }

        List<String> drain(String queue) throws Exception {
            Channel own = consumer.createChannel();
            List<String> bodies = DiskFullIT.drain(own, queue);
            own.close();
            return bodies;
        }

        void stop() throws Exception {
            stopped = true;
            thread.join();
            Awaitility.await("confirms").atMost(LIMIT).until(unconfirmed::isEmpty);
        }

        @Override
        public void close() {
            stopped = true;
            outstanding.release(OUTSTANDING);
            publisher.abort((int) TimeUnit.SECONDS.toMillis(5));
            consumer.abort((int) TimeUnit.SECONDS.toMillis(5));
        }
    }
}
