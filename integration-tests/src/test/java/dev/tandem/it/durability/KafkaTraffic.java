package dev.tandem.it.durability;

import dev.tandem.it.fixture.KafkaFixture;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One idempotent producer with acks=all and one member of a group that commits what it has read, both for the whole
 * test: they live on while the broker is down and retry when it is back.
 *
 * <p>Numbers count up per partition without gaps. As every send succeeds in the end, exactly once and in order, a
 * partition holds 0, 1, 2 and so on at any time.
 */
final class KafkaTraffic implements AutoCloseable {
    private static final int PARTITIONS = 3;
    /** Keeps the traffic so low that a long run can be checked. */
    private static final int IN_FLIGHT = 60;

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final KafkaFixture kafka;
    private final Findings findings;
    private final String topic;
    private final String group;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final List<NavigableMap<Long, Long>> acknowledged = IntStream.range(0, PARTITIONS)
            .<NavigableMap<Long, Long>>mapToObj(partition -> new ConcurrentSkipListMap<>())
            .toList();
    private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
    private final LongAdder acknowledgements = new LongAdder();
    private final long[] sent = new long[PARTITIONS];
    /** Up to where each partition was read, and the number that must come next. */
    private final long[] verified = new long[PARTITIONS];

    private final long[] next = new long[PARTITIONS];
    private final Thread producing = new Thread(this::produce, "crash producer");
    private final Thread consuming = new Thread(this::consume, "crash consumer");
    private volatile boolean stopped;

    KafkaTraffic(KafkaFixture kafka, Findings findings) {
        this.kafka = kafka;
        this.findings = findings;
        this.topic = kafka.createTopic(PARTITIONS);
        this.group = topic + "-group";
        producing.start();
        consuming.start();
    }

    /** How many records the broker has acknowledged. */
    long acknowledgedRecords() {
        return acknowledgements.sum();
    }

    /** What is acknowledged now must still be there later. */
    Snapshot snapshot() {
        return new Snapshot(
                acknowledged.stream()
                        .map(offsets -> offsets.isEmpty() ? -1L : offsets.lastKey())
                        .toList(),
                Map.copyOf(committed));
    }

    /** State of a moment: the last acknowledged offset of each partition, and the offsets of the group. */
    record Snapshot(List<Long> lastOffsets, Map<TopicPartition, Long> committed) {}

    /** Compares what is stored now with what was acknowledged before the broker was killed. */
    void verify(Snapshot before) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            verifyPartition(partition, before.lastOffsets().get(partition));
        }
        verifyCommits(before);
    }

    /** Lets what is under way finish, then checks everything once more. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        producing.join(LIMIT.toMillis());
        consuming.join(LIMIT.toMillis());
        if (producing.isAlive() || consuming.isAlive()) {
            findings.add("a Kafka client did not end within %s", LIMIT);
        }
    }

    /** After close: everything that was ever sent is there, once, also what was read in earlier rounds. */
    void verifyComplete() {
        Arrays.fill(verified, 0);
        Arrays.fill(next, 0);
        verify(snapshot());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (next[partition] != sent[partition]) {
                findings.add("partition %d: %d records sent, %d stored", partition, sent[partition], next[partition]);
            }
        }
    }

    private void produce() {
        var settings = Map.<String, Object>of("bootstrap.servers", kafka.bootstrap(), "linger.ms", 5);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int turn = 0; !stopped; turn++) {
                if (inFlight.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    send(producer, turn % PARTITIONS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            findings.add("the producer failed: %s", e);
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int partition) {
        long number = sent[partition]++;
        producer.send(new ProducerRecord<>(topic, partition, null, Bodies.of(number)), (metadata, failure) -> {
            inFlight.release();
            if (failure != null) {
                findings.add("partition %d: record %d was not taken: %s", partition, number, failure);
            } else {
                acknowledged.get(partition).put(metadata.offset(), number);
                acknowledgements.increment();
            }
        });
    }

    private void consume() {
        var settings = Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrap(),
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "default.api.timeout.ms",
                2_000);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.subscribe(List.of(topic));
            while (!stopped) {
                pollAndCommit(consumer);
            }
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }

    private void pollAndCommit(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            var records = consumer.poll(Duration.ofMillis(100));
            if (!records.isEmpty()) {
                consumer.commitSync(records.nextOffsets());
                records.nextOffsets().forEach((partition, next) -> committed.put(partition, next.offset()));
            }
        } catch (KafkaException down) {
            // The broker is down, or the group was formed anew: the commit was not acknowledged, so it counts for
            // nothing.
        }
    }

    /** Reads what came since the last time: everything acknowledged is there, in order, and nothing else. */
    private void verifyPartition(int partition, long lastAcknowledged) {
        NavigableMap<Long, Long> expected = acknowledged.get(partition);
        long from = verified[partition];
        verified[partition] = kafka.readToEnd(topic, partition, from, new ByteArrayDeserializer(), record -> {
            verifyNumber(partition, record);
            Long acknowledgedAs = expected.remove(record.offset());
            if (acknowledgedAs != null && acknowledgedAs != Bodies.number(record.value())) {
                findings.add(
                        "partition %d offset %d: acknowledged for record %d, holds another",
                        partition, record.offset(), acknowledgedAs);
            }
        });
        if (lastAcknowledged >= from) {
            // Below stand those that were read before their acknowledgement came: the last look compares them.
            for (long missing :
                    expected.subMap(from, true, lastAcknowledged, true).keySet()) {
                findings.add("partition %d: acknowledged offset %d is gone", partition, missing);
            }
        }
    }

    private void verifyNumber(int partition, ConsumerRecord<byte[], byte[]> record) {
        long number = Bodies.number(record.value());
        if (number != next[partition]) {
            findings.add(
                    "partition %d offset %d: record %d instead of %d",
                    partition, record.offset(), number, next[partition]);
        }
        next[partition] = number + 1;
    }

    private void verifyCommits(Snapshot before) {
        try (var admin = kafka.admin()) {
            Map<TopicPartition, OffsetAndMetadata> now =
                    KafkaFixture.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            before.committed().forEach((partition, offset) -> {
                OffsetAndMetadata found = now.get(partition);
                if (found == null || found.offset() < offset) {
                    findings.add("%s: offset %d was committed, now it is %s", partition, offset, found);
                }
            });
        }
    }
}
