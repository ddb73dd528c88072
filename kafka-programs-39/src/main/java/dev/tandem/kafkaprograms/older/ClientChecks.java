package dev.tandem.kafkaprograms.older;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The checks that the other languages' programs do, and more of the admin client. Prints a line {@code ok ...} for each;
 * arguments: bootstrap server, and a name for the topic and the group.
 */
public final class ClientChecks {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int PARTITIONS = 3;
    private static final String TEN_MEGABYTES = "10000000";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String bootstrap;
    private final String name;
    private final Admin admin;

    private ClientChecks(String bootstrap, String name, Admin admin) {
        this.bootstrap = bootstrap;
        this.name = name;
        this.admin = admin;
    }

    /** Runs all checks; the first that fails ends the program with an exit code other than 0. */
    public static void main(String[] arguments) throws Exception {
        say("version " + clientVersion());
        try (var admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
            new ClientChecks(arguments[0], arguments[1], admin).run();
        }
    }

    private static String clientVersion() throws IOException {
        try (var file = Admin.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            var properties = new Properties();
            properties.load(Objects.requireNonNull(file));
            return properties.getProperty("version");
        }
    }

    private void run() throws Exception {
        createTopic();
        for (String codec : CODECS) {
            produce(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, codec), Sent.ofEveryKind());
            say("ok produce " + codec);
        }
        consume();
        resumeAndRebalance();
        consumerProtocol();
        offsets();
        administrate();
    }

    private void createTopic() throws Exception {
        var topic = new NewTopic(name, PARTITIONS, (short) 1)
                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TEN_MEGABYTES));
        admin.createTopics(List.of(topic)).all().get();
        require(
                describedTopic().partitions().size() == PARTITIONS,
                "the topic has other than " + PARTITIONS + " partitions");
        say("ok create");
    }

    private void consume() {
        try (var first = member()) {
            var found = read(first, CODECS.size() * Sent.ofEveryKind().size());
            for (Sent sent : Sent.ofEveryKind()) {
                require(
                        Collections.frequency(found, sent) == CODECS.size(),
                        sent.key() + " came " + Collections.frequency(found, sent) + " times");
            }
            first.commitSync();
        }
        say("ok consume");
    }

    private void resumeAndRebalance() throws Exception {
        var later = Sent.ofEveryKind().get(0);
        produce(Map.of(), List.of(later));
        try (var second = member()) {
            require(read(second, 1).equals(List.of(later)), "another record than the later one");
            second.commitSync();
            say("ok resume");

            produce(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TEN_MEGABYTES), List.of(Sent.large()));
            require(read(second, 1).equals(List.of(Sent.large())), "another record than the large one");
            second.commitSync();
            say("ok large");

            try (var third = member()) {
                share(second, third);
            }
            say("ok rebalance");
        }
    }

    /** In 3.9 the consumer protocol (KIP-848) is there for early access. */
    private void consumerProtocol() {
        var settings = Map.of(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        try (var one = member(name + "-modern", settings)) {
            require(
                    read(one, CODECS.size() * Sent.ofEveryKind().size() + 2).contains(Sent.large()),
                    "the large record is missing");
            one.commitSync();
            try (var other = member(name + "-modern", settings)) {
                share(one, other);
            }
        }
        say("ok protocol");
    }

    private void offsets() throws Exception {
        var latest = admin.listOffsets(
                        partitions().stream().collect(Collectors.toMap(where -> where, where -> OffsetSpec.latest())))
                .all()
                .get();
        long sum = latest.values().stream().mapToLong(offset -> offset.offset()).sum();
        require(sum == CODECS.size() * Sent.ofEveryKind().size() + 2L, "the end offsets add up to " + sum);
        long committed = admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
        require(committed == sum, "the committed offsets add up to " + committed);
        say("ok offsets");
    }

    private void administrate() throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        var change = new AlterConfigOp(new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
        var configs = Objects.requireNonNull(
                admin.describeConfigs(List.of(resource)).all().get().get(resource));
        require(configs.get("retention.ms").value().equals("3600000"), "retention.ms is not what was set");
        admin.createPartitions(Map.of(name, NewPartitions.increaseTo(PARTITIONS + 1)))
                .all()
                .get();
        say("ok configs");

        admin.alterConsumerGroupOffsets(name, Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(0)))
                .all()
                .get();
        require(describedGroup().members().isEmpty(), "the group has members");
        admin.deleteConsumerGroups(Set.of(name)).all().get();
        say("ok groups");

        require(!admin.describeCluster().nodes().get().isEmpty(), "the cluster has no nodes");
        admin.deleteTopics(List.of(name)).all().get();
        require(!admin.listTopics().names().get().contains(name), "the topic is still there");
        say("ok delete");
    }

    private TopicDescription describedTopic() throws Exception {
        return Objects.requireNonNull(
                admin.describeTopics(List.of(name)).allTopicNames().get().get(name));
    }

    private ConsumerGroupDescription describedGroup() throws Exception {
        return Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(name)).all().get().get(name));
    }

    private void produce(Map<String, String> settings, List<Sent> records) throws Exception {
        var all = new HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrap);
        try (var producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())) {
            var futures = records.stream()
                    .map(record -> producer.send(record.to(name)))
                    .toList();
            for (var future : futures) {
                future.get();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> member() {
        return member(
                name,
                Map.of(
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        "200",
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName()));
    }

    private KafkaConsumer<byte[], byte[]> member(String group, Map<String, String> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrap);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, TEN_MEGABYTES);
        var consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(name));
        return consumer;
    }

    private static void share(KafkaConsumer<byte[], byte[]> one, KafkaConsumer<byte[], byte[]> other) {
        await("shares", () -> {
            one.poll(Duration.ofMillis(50));
            other.poll(Duration.ofMillis(50));
            return one.assignment().size() * other.assignment().size() == 2;
        });
    }

    private static List<Sent> read(KafkaConsumer<byte[], byte[]> consumer, int count) {
        var found = new ArrayList<Sent>();
        await(count + " records", () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> found.add(Sent.of(record)));
            return found.size() >= count;
        });
        return found;
    }

    private List<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            require(System.nanoTime() - deadline < 0, "waited in vain for " + what);
        }
    }

    private static void require(boolean holds, String failure) {
        if (!holds) {
            throw new IllegalStateException(failure);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
