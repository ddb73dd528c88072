package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.driver.RecordedFrames;
import dev.tandem.benchmarks.server.ApacheKafkaServer;
import dev.tandem.benchmarks.server.Server;
import dev.tandem.benchmarks.storage.Appends;
import dev.tandem.benchmarks.tool.ConsumerPerformance;
import dev.tandem.benchmarks.tool.ProducerPerformance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Kafka clients against Tandem and Apache Kafka. */
public final class KafkaSuite {
    private static final List<String> THROUGHPUT_PROPERTIES = List.of("acks=all", "batch.size=65536", "linger.ms=5");
    private static final List<String> LATENCY_PROPERTIES = List.of("acks=all", "linger.ms=0");
    private static final int RAW_BATCHES = 16_384;
    private static final int RAW_BATCH_BYTES = 64 << 10;
    private static final int RAW_RECORDS = 64;
    private static final int RAW_WINDOW = 5;
    private static final int LATENCY_RATE = 10_000;
    private static final int LATENCY_WARMUP_RECORDS = 50_000;

    /** A record size with the number of records that keeps a run at about ten seconds. */
    private record Work(String name, int recordSize, int records) {}

    private static final List<Work> THROUGHPUT = List.of(
            new Work("100B", 100, 4_000_000), new Work("1KB", 1024, 1_000_000), new Work("10KB", 10_240, 120_000));

    private final Bench bench;
    private final ProducerPerformance producer;
    private final ConsumerPerformance consumer;
    private int topics;

    /** The suite of an invocation. */
    public KafkaSuite(Bench bench) {
        this.bench = bench;
        String classPath = bench.cache().classPath("kafka");
        this.producer = new ProducerPerformance(classPath);
        this.consumer = new ConsumerPerformance(classPath);
    }

    /** Measures every wanted row. */
    public void run() {
        try (Server tandem = bench.measures(Bench.Side.TANDEM) ? bench.startTandem() : null;
                Server peer = bench.measures(Bench.Side.PEER)
                        ? ApacheKafkaServer.start(bench.cache(), bench.newDirectory("kafka"))
                        : null) {
            bench.describe(tandem);
            bench.describe(peer);
            bench.introduce();
            for (Work work : THROUGHPUT) {
                compare(
                        "kafka-throughput-" + work.name(),
                        List.of(
                                "kafka produce " + work.name() + " acks=all, rec/s",
                                "kafka produce " + work.name() + ", broker CPU us/rec",
                                "kafka consume " + work.name() + ", rec/s",
                                "kafka consume " + work.name() + ", broker CPU us/rec"),
                        tandem,
                        peer,
                        server -> throughput(server, work));
            }
            for (int connections : List.of(1, 8)) {
                rawDriver(tandem, peer, connections);
            }
            compare(
                    "kafka-latency-1KB",
                    List.of(
                            "kafka 10000 rec/s of 1KB acks=all, mean ms",
                            "kafka 10000 rec/s of 1KB acks=all, p50 ms",
                            "kafka 10000 rec/s of 1KB acks=all, p99 ms",
                            "kafka 10000 rec/s of 1KB acks=all, broker CPU us/rec"),
                    tandem,
                    peer,
                    this::latency);
        }
    }

    /** Recorded frames, the same to both; and Tandem's rate beside that of its engine alone. */
    private void rawDriver(@Nullable Server tandem, @Nullable Server peer, int connections) {
        String name = "kafka raw driver, 64 KiB batches, " + connections
                + (connections == 1 ? " connection" : " connections");
        int batches = bench.scaled(RAW_BATCHES);
        compare(
                "kafka-raw-" + connections,
                List.of(
                        name + ", produce, batches/s",
                        name + ", produce, broker CPU us/batch",
                        name + ", fetch, batches/s",
                        name + ", fetch, broker CPU us/batch"),
                tandem,
                peer,
                server -> raw(server, connections, batches));
        var engine = new Appends(true, RAW_BATCH_BYTES, batches, connections, RAW_WINDOW, connections, true, 1);
        bench.compare(
                "kafka-raw-engine-" + connections,
                List.of(name + ", produce (peer: the engine alone), batches/s"),
                on(tandem, server -> raw(server, connections, batches).subList(0, 1)),
                () -> List.of(engine.tandem(bench.newDirectory("engine")).perSecond()));
    }

    private List<Double> raw(Server server, int connections, int batches) {
        return withTopic(server, connections, topic -> {
            var frames = new RecordedFrames(
                    server.kafkaBootstrap(), topic, RAW_RECORDS, RAW_BATCH_BYTES / RAW_RECORDS, connections);
            Cpu producing = Cpu.of(server);
            double produced = frames.produce(batches);
            double producingCpu = producing.microsPerMessage(batches);
            Cpu fetching = Cpu.of(server);
            double fetched = frames.fetch(batches);
            return List.of(produced, producingCpu, fetched, fetching.microsPerMessage(batches));
        });
    }

    private void compare(
            String scenario,
            List<String> rows,
            @Nullable Server tandem,
            @Nullable Server peer,
            Function<Server, List<Double>> measurement) {
        bench.compare(scenario, rows, on(tandem, measurement), on(peer, measurement));
    }

    private static Supplier<List<Double>> on(@Nullable Server server, Function<Server, List<Double>> measurement) {
        return () -> measurement.apply(Optional.ofNullable(server).orElseThrow());
    }

    private List<Double> throughput(Server server, Work work) {
        int records = bench.scaled(work.records());
        return withTopic(server, topic -> {
            Cpu producing = Cpu.of(server);
            var produced = producer.run(
                    server.kafkaBootstrap(), topic, records, records / 4, work.recordSize(), -1, THROUGHPUT_PROPERTIES);
            double producingCpu = producing.microsPerMessage(records);
            Cpu consuming = Cpu.of(server);
            double consumed = consumer.run(server.kafkaBootstrap(), topic, records);
            return List.of(produced.recordsPerSecond(), producingCpu, consumed, consuming.microsPerMessage(records));
        });
    }

    private List<Double> latency(Server server) {
        int records = LATENCY_WARMUP_RECORDS + bench.scaled(10 * LATENCY_RATE);
        return withTopic(server, topic -> {
            Cpu producing = Cpu.of(server);
            var produced = producer.run(
                    server.kafkaBootstrap(),
                    topic,
                    records,
                    LATENCY_WARMUP_RECORDS,
                    1024,
                    LATENCY_RATE,
                    LATENCY_PROPERTIES);
            return List.of(
                    produced.meanMillis(),
                    produced.p50Millis(),
                    produced.p99Millis(),
                    producing.microsPerMessage(records));
        });
    }

    private List<Double> withTopic(Server server, Function<String, List<Double>> measurement) {
        return withTopic(server, 1, measurement);
    }

    /** Each run has a topic of its own, deleted afterwards. */
    private List<Double> withTopic(Server server, int partitions, Function<String, List<Double>> measurement) {
        String topic = "bench-" + ++topics;
        try (var admin = Admin.create(
                Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.kafkaBootstrap()))) {
            await(
                    "creating a topic",
                    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                            .all());
            // Answers once every partition has its leader.
            await(
                    "finding a topic",
                    admin.listOffsets(IntStream.range(0, partitions)
                                    .boxed()
                                    .collect(Collectors.toMap(
                                            partition -> new TopicPartition(topic, partition),
                                            partition -> OffsetSpec.latest())))
                            .all());
            try {
                return measurement.apply(topic);
            } finally {
                await("deleting a topic", admin.deleteTopics(List.of(topic)).all());
            }
        }
    }

    private static void await(String doing, KafkaFuture<?> future) {
        try {
            future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(doing + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(doing + " was interrupted", e);
        }
    }
}
