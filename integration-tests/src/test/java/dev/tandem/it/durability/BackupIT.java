package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.MessageProperties;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backs up a broker that both protocols keep busy, and starts another one on the copy. */
class BackupIT {
    private static final String QUEUE = "backed-up";
    private static final int IN_FLIGHT = 200;
    /** So many acknowledged of each kind before the backup, and again while the load goes on behind it. */
    private static final int PROGRESS = 3_000;

    private static final int TAKEN = 500;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Findings findings = new Findings();
    private final ConcurrentSkipListMap<Long, Long> recordsByOffset = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListSet<Long> confirmed = new ConcurrentSkipListSet<>();
    private volatile boolean stopped;

    @TempDir
    private Path directory;

    @Test
    void holdsEverythingThatWasAcknowledgedBeforeItWasAskedFor() throws Exception {
        Path backup = directory.resolve("backup");
        try (var broker = BrokerProcess.start(directory.resolve("data"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String topic = kafka.createTopic(1);
            var producer = new Thread(() -> produce(broker.kafkaBootstrap(), topic), "backup producer");
            var publisher = new Thread(() -> publish(new AmqpFixture(broker.amqpUri())), "backup publisher");
            producer.start();
            publisher.start();
            awaitProgress(PROGRESS);
            take(new AmqpFixture(broker.amqpUri()));
            var recordsBefore = new TreeMap<>(recordsByOffset);
            var messagesBefore = new TreeSet<>(confirmed);
            assertThat(findings.all()).isEmpty();

            // when
            List<String> printed = Program.run(broker.command("backup", backup.toString()));

            // then
            assertThat(printed).anyMatch(line -> line.startsWith("Backed up to " + backup + ": "));
            awaitProgress(PROGRESS);
            stopped = true;
            producer.join(LIMIT.toMillis());
            publisher.join(LIMIT.toMillis());
            try (var restored = BrokerProcess.start(backup)) {
                assertRecords(new KafkaFixture(restored.kafkaBootstrap()), topic, recordsBefore);
                assertMessages(new AmqpFixture(restored.amqpUri()), messagesBefore);
            }
        }
        assertThat(findings.all()).isEmpty();
    }

    private void awaitProgress(int acknowledgements) {
        int records = recordsByOffset.size() + acknowledgements;
        int messages = confirmed.size() + acknowledgements;
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        !findings.all().isEmpty() || recordsByOffset.size() >= records && confirmed.size() >= messages);
    }

    private void produce(String bootstrap, String topic) {
        var inFlight = new Semaphore(IN_FLIGHT);
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", 1);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; !stopped; number++) {
                inFlight.acquire();
                long sent = number;
                producer.send(new ProducerRecord<>(topic, 0, null, Bodies.of(number)), (metadata, failure) -> {
                    inFlight.release();
                    if (failure == null) {
                        recordsByOffset.put(metadata.offset(), sent);
                    } else {
                        findings.add("record %d was not taken: %s", sent, failure);
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(AmqpFixture amqp) {
        try (var connection = amqp.connect();
                var channel = connection.createChannel()) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.confirmSelect();
            var window = new Semaphore(IN_FLIGHT);
            var pending = new ConcurrentSkipListSet<Long>();
            ConfirmCallback onAck = (tag, multiple) -> {
                var done = multiple ? pending.headSet(tag, true) : pending.subSet(tag, true, tag, true);
                window.release(done.size());
                // Tags begin at 1, numbers at 0.
                done.forEach(each -> confirmed.add(each - 1));
                done.clear();
            };
            channel.addConfirmListener(onAck, (tag, multiple) -> findings.add("message %d was refused", tag - 1));
            for (long number = 0; !stopped; number++) {
                window.acquire();
                pending.add(channel.getNextPublishSeqNo());
                channel.basicPublish("", QUEUE, MessageProperties.MINIMAL_PERSISTENT_BASIC, Bodies.of(number));
            }
        } catch (IOException | java.util.concurrent.TimeoutException e) {
            findings.add("the publisher failed: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Messages 0 up to TAKEN are acknowledged, with an answer of the queue behind them. */
    private void take(AmqpFixture amqp) throws Exception {
        try (var connection = amqp.connect();
                var channel = connection.createChannel()) {
            long tag = 0;
            for (int i = 0; i < TAKEN; i++) {
                tag = AmqpFixture.get(channel, QUEUE, false).getEnvelope().getDeliveryTag();
            }
            channel.basicAck(tag, true);
            channel.queueDeclarePassive(QUEUE);
            // A confirmed message behind the acknowledgements: they stand before it in the order of commits.
            channel.queueDeclare("marker", true, false, false, null);
            AmqpFixture.publish(channel, "marker", "taken");
        }
    }

    private static void assertRecords(KafkaFixture kafka, String topic, Map<Long, Long> expected) {
        var found = new TreeMap<Long, Long>();
        kafka.readToEnd(
                topic,
                0,
                0,
                new ByteArrayDeserializer(),
                record -> found.put(record.offset(), Bodies.number(record.value())));
        assertThat(found).containsAllEntriesOf(expected);
        // What came while the copy was made is there from the first one on, without gaps, or not at all.
        assertThat(found.keySet()).hasSize((int) (found.lastKey() + 1));
    }

    private static void assertMessages(AmqpFixture amqp, Set<Long> confirmedBefore) throws Exception {
        var found = new TreeSet<Long>();
        try (var connection = amqp.connect();
                Channel channel = connection.createChannel()) {
            var count = channel.queueDeclarePassive(QUEUE).getMessageCount();
            var arrived = new Semaphore(0);
            channel.basicConsume(
                    QUEUE,
                    true,
                    (tag, delivery) -> {
                        found.add(Bodies.number(delivery.getBody()));
                        arrived.release();
                    },
                    tag -> {});
            assertThat(arrived.tryAcquire(count, LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("%d messages are delivered", count)
                    .isTrue();
        }
        var missing = new TreeSet<>(confirmedBefore);
        missing.removeIf(number -> number < TAKEN);
        missing.removeAll(found);
        assertThat(missing)
                .as("messages confirmed before the backup that are not in it")
                .isEmpty();
        assertThat(found.first()).as("messages acknowledged before the backup").isEqualTo(TAKEN);
    }
}
