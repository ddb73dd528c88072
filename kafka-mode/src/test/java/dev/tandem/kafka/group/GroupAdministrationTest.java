package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own admin client against a server. */
class GroupAdministrationTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 1);

    @TempDir
    private Path dataDir;

    private Vertx vertx;
    private StorageEngine storage;
    private KafkaServer server;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        storage = StorageEngine.open(StorageConfig.defaults(dataDir));
        var config = KafkaConfig.defaults().withPort(0).withGroupInitialRebalanceDelay(Duration.ZERO);
        server = new KafkaServer(vertx, storage, config, List.of("127.0.0.1"), 2);
        server.start().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + server.port()));
        admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1))).all().get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        server.stop().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        storage.close();
    }

    @Test
    void setsListsAndDeletesTheOffsetsOfAGroup() throws Exception {
        // when
        admin.alterConsumerGroupOffsets("g", Map.of(PARTITION, new OffsetAndMetadata(7, Optional.of(1), "why not")))
                .all()
                .get(60, TimeUnit.SECONDS);
        var stored = offsets();
        admin.deleteConsumerGroupOffsets("g", java.util.Set.of(PARTITION)).all().get(60, TimeUnit.SECONDS);

        // then
        assertThat(stored.get(PARTITION)).isEqualTo(new OffsetAndMetadata(7, Optional.of(1), "why not"));
        assertThat(offsets().get(PARTITION)).isNull();
    }

    @Test
    void listsDescribesAndDeletesGroups() throws Exception {
        // given
        admin.alterConsumerGroupOffsets("g", Map.of(PARTITION, new OffsetAndMetadata(7)))
                .all()
                .get(60, TimeUnit.SECONDS);

        // when
        var listed = admin.listGroups().all().get(60, TimeUnit.SECONDS);
        var described = admin.describeConsumerGroups(List.of("g")).all().get(60, TimeUnit.SECONDS);
        admin.deleteConsumerGroups(List.of("g")).all().get(60, TimeUnit.SECONDS);

        // then
        assertThat(listed).extracting(GroupListing::groupId).containsExactly("g");
        assertThat(described.get("g").groupState()).isEqualTo(GroupState.EMPTY);
        assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of("g")).all().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void tellsTheConsoleHowFarAGroupIsBehind() throws Exception {
        // given
        admin.alterConsumerGroupOffsets("g", Map.of(PARTITION, new OffsetAndMetadata(0)))
                .all()
                .get(60, TimeUnit.SECONDS);

        // when
        var groups = server.admin().groups().get(60, TimeUnit.SECONDS);

        // then
        assertThat(groups).singleElement().satisfies(group -> assertThat(group.partitions())
                .singleElement()
                .satisfies(place -> {
                    assertThat(place.committedOffset()).isZero();
                    assertThat(place.endOffset()).isZero();
                    assertThat(place.lag()).isZero();
                }));
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() throws Exception {
        return admin.listConsumerGroupOffsets("g")
                .partitionsToOffsetAndMetadata()
                .get(60, TimeUnit.SECONDS);
    }
}
