package dev.tandem.console.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic, a consumer group and kafka-clients: acks=all, idempotent, offsets committed by hand. */
final class LogLane implements Lane {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogLane.class);
    private static final long OPEN_SECONDS = 30;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final String bootstrap;
    private final String topic;
    private final Workload workload;
    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private volatile @Nullable RoundRecorder recorder;
    private boolean made;

    LogLane(String bootstrap, String topic, Workload workload) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.workload = workload;
    }

    @Override
    public Side side() {
        return Side.LOG;
    }

    @Override
    public String name() {
        return topic;
    }

    @Override
    public void open() throws Exception {
        try (Admin admin = admin()) {
            var newTopic = new NewTopic(topic, workload.effectivePartitions(), (short) 1);
            admin.createTopics(List.of(newTopic)).all().get(OPEN_SECONDS, TimeUnit.SECONDS);
            made = true;
        }
        for (int consumer = 0; consumer < workload.consumers(); consumer++) {
            var reader = new Reader(consumer);
            readers.add(reader);
            reader.thread.start();
        }
        for (int producer = 0; producer < workload.producers(); producer++) {
            producers.add(new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            bootstrap,
                            "client.id",
                            topic + "-producer-" + producer,
                            "acks",
                            "all",
                            "linger.ms",
                            workload.lingerMillis(),
                            "batch.size",
                            workload.batchBytes(),
                            "delivery.timeout.ms",
                            30_000,
                            "request.timeout.ms",
                            20_000),
                    new ByteArraySerializer(),
                    new ByteArraySerializer()));
        }
    }

    /** A new group takes its time, three seconds by default, to let all members join. */
    @Override
    public void awaitReady() throws InterruptedException {
        for (Reader reader : readers) {
            if (!reader.assigned.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "a consumer of group '" + topic + "' was given no partition within " + OPEN_SECONDS + " s");
            }
        }
    }

    @Override
    public void record(RoundRecorder newRecorder) {
        recorder = newRecorder;
    }

    @Override
    public Publisher publisher(int producer) {
        KafkaProducer<byte[], byte[]> client = producers.get(producer);
        int partitions = workload.effectivePartitions();
        return (body, sequence, whenDone) -> client.send(
                new ProducerRecord<>(topic, (int) ((sequence + producer) % partitions), null, body),
                (metadata, failure) -> {
                    if (failure != null) {
                        LOGGER.debug("the log lane could not publish", failure);
                    }
                    whenDone.done(failure == null);
                });
    }

    @Override
    public void settle() throws InterruptedException {
        for (Reader reader : readers) {
            reader.settle();
        }
    }

    @Override
    public void close() {
        readers.forEach(Reader::stop);
        producers.forEach(producer -> producer.close(CLOSE));
        readers.forEach(Reader::join);
        if (made) {
            try (Admin admin = admin()) {
                remove("group", admin.deleteConsumerGroups(List.of(topic)).all());
                remove("topic", admin.deleteTopics(List.of(topic)).all());
            }
        }
    }

    private void remove(String what, KafkaFuture<Void> removal) {
        try {
            removal.get(OPEN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                LOGGER.warn("could not remove {} '{}' of a comparison", what, topic, e.getCause());
            }
        } catch (TimeoutException e) {
            LOGGER.warn("could not remove {} '{}' of a comparison within {} s", what, topic, OPEN_SECONDS);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap, "client.id", topic + "-admin"));
    }

    /** One member of the group, on its own thread. */
    private final class Reader implements ConsumerRebalanceListener {
        private final int number;
        private final Thread thread;
        private final CountDownLatch assigned = new CountDownLatch(1);
        private final Map<Integer, SequenceCheck.Reader> views = new HashMap<>();
        private final KafkaConsumer<byte[], byte[]> client;
        private volatile boolean stopped;
        private volatile @Nullable CountDownLatch settling;
        private int uncommitted;

        Reader(int number) {
            this.number = number;
            this.thread = new Thread(this::run, "lab-log-consumer-" + number);
            thread.setDaemon(true);
            var config = new HashMap<String, Object>();
            config.put("bootstrap.servers", bootstrap);
            config.put("client.id", topic + "-consumer-" + number);
            config.put("group.id", topic);
            config.put("auto.offset.reset", "earliest");
            config.put("enable.auto.commit", false);
            config.put("default.api.timeout.ms", 10_000);
            client = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        private void run() {
            try (client) {
                client.subscribe(List.of(topic), this);
                RoundRecorder before = null;
                while (!stopped) {
                    var records = client.poll(POLL);
                    long now = System.nanoTime();
                    RoundRecorder current = recorder;
                    if (current != before) {
                        views.clear();
                        before = current;
                    }
                    if (current != null) {
                        for (var record : records) {
                            Payload.read(record.value())
                                    .filter(payload -> payload.round() == current.round())
                                    .ifPresent(payload -> current.arrived(
                                            views.computeIfAbsent(
                                                    record.partition(), p -> current.sequences().new Reader()),
                                            payload,
                                            now));
                        }
                    }
                    commit(records.count());
                }
            } catch (WakeupException e) {
                LOGGER.debug("consumer {} of a comparison woken up to stop", number);
            } catch (KafkaException e) {
                LOGGER.warn("consumer {} of the log lane stopped", number, e);
            }
        }

        private void commit(int received) {
            uncommitted += received;
            CountDownLatch waiting = settling;
            if (waiting != null) {
                client.commitSync();
                uncommitted = 0;
                settling = null;
                waiting.countDown();
            } else if (uncommitted >= workload.ackEvery()) {
                client.commitAsync();
                uncommitted = 0;
            }
        }

        void settle() throws InterruptedException {
            var done = new CountDownLatch(1);
            settling = done;
            if (!done.await(10, TimeUnit.SECONDS)) {
                LOGGER.warn("consumer {} of the log lane did not commit within 10 s", number);
            }
        }

        void stop() {
            stopped = true;
            client.wakeup();
        }

        void join() {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assigned.countDown();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Offsets are committed as records arrive; a lost last commit shows as duplicates.
        }
    }
}
