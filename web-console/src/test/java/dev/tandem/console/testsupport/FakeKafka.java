package dev.tandem.console.testsupport;

import dev.tandem.kafka.admin.KafkaAdmin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Kafka mode's admin side in memory. */
public final class FakeKafka implements KafkaAdmin {
    private final Map<String, TopicView> topics = new TreeMap<>();
    private final List<GroupView> groups = new ArrayList<>();
    private final List<ConnectionView> connections = new ArrayList<>();
    private long produced;
    private long fetched;

    public synchronized FakeKafka topic(String name, int partitions, long recordsEach) {
        var views = new ArrayList<PartitionView>();
        for (int partition = 0; partition < partitions; partition++) {
            views.add(new PartitionView(partition, 0, recordsEach, recordsEach * 120));
        }
        topics.put(
                name,
                new TopicView(
                        name,
                        UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .toString(),
                        views,
                        Map.of()));
        return this;
    }

    public synchronized FakeKafka group(String id, String topic, long committed, long end) {
        groups.add(new GroupView(
                id,
                "classic",
                "Stable",
                List.of(new MemberView(id + "-member-1", "rdkafka", "127.0.0.1")),
                List.of(new LagView(topic, 0, committed, end, end - committed))));
        return this;
    }

    public synchronized FakeKafka connection(String id, String clientId) {
        connections.add(new ConnectionView(
                id,
                "127.0.0.1:" + (40_000 + connections.size()),
                clientId,
                "librdkafka 2.6.0",
                Instant.now(),
                12,
                900,
                400));
        return this;
    }

    /** Traffic on one topic. */
    public synchronized void produce(String topic, long records) {
        TopicView was = topics.get(topic);
        var partitions = was.partitions().stream()
                .map(partition -> new PartitionView(
                        partition.partition(),
                        partition.startOffset(),
                        partition.highWatermark() + records / was.partitions().size(),
                        partition.sizeBytes() + records * 120))
                .toList();
        topics.put(topic, new TopicView(was.name(), was.id(), partitions, was.configs()));
        produced += records;
        fetched += records;
    }

    @Override
    public synchronized List<TopicView> topics() {
        return List.copyOf(topics.values());
    }

    @Override
    public synchronized CompletableFuture<List<GroupView>> groups() {
        return CompletableFuture.completedFuture(List.copyOf(groups));
    }

    @Override
    public synchronized List<ConnectionView> connections() {
        return List.copyOf(connections);
    }

    @Override
    public synchronized Counters counters() {
        return new Counters(connections.size(), 0, produced / 10, produced, produced * 120, fetched, fetched * 120);
    }

    @Override
    public synchronized CompletableFuture<Void> createTopic(String name, int partitions) {
        if (topics.containsKey(name)) {
            return CompletableFuture.failedFuture(new IllegalStateException("Topic '" + name + "' already exists."));
        }
        topic(name, partitions, 0);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> deleteTopic(String name) {
        topics.remove(name);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> deleteGroup(String id) {
        groups.removeIf(group -> group.id().equals(id));
        return CompletableFuture.completedFuture(null);
    }
}
