package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own consumer in groups, over both protocols, against a server. */
class ConsumerGroupsTest {
    private static final int PARTITIONS = 4;

    @TempDir
    private Path dataDir;

    private final List<KafkaConsumer<String, String>> consumers = new ArrayList<>();
    private Vertx vertx;
    private StorageEngine storage;
    private KafkaServer server;
    private String bootstrap;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        startServer(0);
        bootstrap = "127.0.0.1:" + server.port();
        try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            admin.createTopics(List.of(new NewTopic("orders", PARTITIONS, (short) 1)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() throws Exception {
        consumers.forEach(consumer -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
        stopServer();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void startServer(int port) throws Exception {
        storage = StorageEngine.open(StorageConfig.defaults(dataDir));
        var config = KafkaConfig.defaults().withPort(port).withGroupInitialRebalanceDelay(Duration.ZERO);
        server = new KafkaServer(vertx, storage, config, List.of("127.0.0.1"), 2);
        server.start().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void stopServer() throws Exception {
        server.stop().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        storage.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void sharesThePartitionsAmongItsMembersAndGivesThemToWhoStays(String protocol) {
        // given
        var stays = consumer(protocol);
        var leaves = consumer(protocol);
        pollUntil(
                List.of(stays, leaves),
                () -> stays.assignment().size() == PARTITIONS / 2
                        && leaves.assignment().size() == PARTITIONS / 2);

        // when
        leaves.close();

        // then
        pollUntil(List.of(stays), () -> stays.assignment().size() == PARTITIONS);
    }

    @Test
    void givesThePartitionsOfAMemberThatVanishedToAnother() {
        // given
        var stays = consumer("classic");
        var vanishes = consumer("classic");
        pollUntil(
                List.of(stays, vanishes),
                () -> stays.assignment().size() == PARTITIONS / 2
                        && vanishes.assignment().size() == PARTITIONS / 2);

        // when
        vanishes.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP));

        // then
        pollUntil(List.of(stays), () -> stays.assignment().size() == PARTITIONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void continuesWhereTheGroupStoodAfterARestart(String protocol) throws Exception {
        // given
        var before = consumer(protocol);
        produce("a", "b", "c");
        assertThat(read(before, 3)).containsExactlyInAnyOrder("a", "b", "c");
        before.commitSync();
        int port = server.port();

        // when
        stopServer();
        startServer(port);
        produce("d", "e");

        // then
        assertThat(read(before, 2)).containsExactlyInAnyOrder("d", "e");
        before.commitSync();
        before.close();
        produce("f");
        assertThat(read(consumer(protocol), 1)).containsExactly("f");
    }

    private KafkaConsumer<String, String> consumer(String protocol) {
        Map<String, Object> config = new HashMap<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.GROUP_ID_CONFIG,
                "workers",
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                protocol,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false));
        if (protocol.equals("classic")) {
            config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
            config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500);
        }
        var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of("orders"));
        consumers.add(consumer);
        return consumer;
    }

    private static void pollUntil(
            List<KafkaConsumer<String, String>> members, java.util.concurrent.Callable<Boolean> reached) {
        await().atMost(60, TimeUnit.SECONDS).pollInSameThread().until(() -> {
            members.forEach(member -> member.poll(Duration.ofMillis(20)));
            return reached.call();
        });
    }

    private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        pollUntil(List.of(), () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            return values.size() >= count;
        });
        return values;
    }

    private void produce(String... values) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < values.length; i++) {
                producer.send(new ProducerRecord<>("orders", i % PARTITIONS, null, values[i]))
                        .get(60, TimeUnit.SECONDS);
            }
        }
    }
}
