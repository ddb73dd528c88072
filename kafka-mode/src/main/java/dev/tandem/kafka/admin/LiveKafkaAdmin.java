package dev.tandem.kafka.admin;

import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.topic.NewTopic;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.kafka.wire.ConnectionStats;
import dev.tandem.kafka.wire.ConnectionTable;
import dev.tandem.storage.log.Log;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads a running server. */
public final class LiveKafkaAdmin implements KafkaAdmin {
    private final TopicTable topics;
    private final TopicChanges changes;
    private final ConnectionTable connections;
    private final KafkaCounters counters;
    private final Supplier<CompletableFuture<List<GroupView>>> groups;
    private final Function<String, CompletableFuture<Void>> groupRemoval;

    /** Makes the read models of a server from its parts. */
    public LiveKafkaAdmin(
            TopicTable topics,
            TopicChanges changes,
            ConnectionTable connections,
            KafkaCounters counters,
            Supplier<CompletableFuture<List<GroupView>>> groups,
            Function<String, CompletableFuture<Void>> groupRemoval) {
        this.topics = topics;
        this.changes = changes;
        this.connections = connections;
        this.counters = counters;
        this.groups = groups;
        this.groupRemoval = groupRemoval;
    }

    @Override
    public List<TopicView> topics() {
        return topics.sorted().stream().map(LiveKafkaAdmin::view).toList();
    }

    @Override
    public CompletableFuture<List<GroupView>> groups() {
        return groups.get();
    }

    @Override
    public List<ConnectionView> connections() {
        return connections.connections().stream().map(LiveKafkaAdmin::view).toList();
    }

    @Override
    public Counters counters() {
        return new Counters(
                counters.connectionsOpened(),
                counters.connectionsClosed(),
                counters.requests(),
                counters.recordsProduced(),
                counters.bytesProduced(),
                counters.recordsFetched(),
                counters.bytesFetched());
    }

    @Override
    public CompletableFuture<Void> createTopic(String name, int partitions) {
        return changes.create(new NewTopic(name, partitions, Map.of()), Runnable::run)
                .<Void>thenApply(topic -> null)
                .toCompletableFuture();
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String name) {
        return topics.byName(name)
                .map(topic -> changes.delete(topic, Runnable::run).toCompletableFuture())
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new UnknownTopicOrPartitionException("Topic '" + name + "' does not exist.")));
    }

    @Override
    public CompletableFuture<Void> deleteGroup(String id) {
        return groupRemoval.apply(id);
    }

    private static TopicView view(Topic topic) {
        var partitions = new ArrayList<PartitionView>(topic.partitions().size());
        topic.partitions().forEach(partition -> partitions.add(view(partition)));
        return new TopicView(topic.name(), topic.id().toString(), partitions, topic.configs());
    }

    /** A log nobody used since the start is opened for the next look, and shown empty in this one. */
    private static PartitionView view(Partition partition) {
        Optional<Log> open = partition.openLog();
        if (open.isEmpty()) {
            partition.log();
            return new PartitionView(partition.index(), 0, 0, 0);
        }
        Log log = open.get();
        return new PartitionView(partition.index(), log.startOffset(), log.highWatermark(), log.sizeInBytes());
    }

    private static ConnectionView view(ConnectionStats stats) {
        String remote = NetUtil.toSocketAddressString(stats.remoteAddress());
        return new ConnectionView(
                remote,
                remote,
                stats.clientId(),
                stats.software(),
                stats.connectedAt(),
                stats.requests(),
                stats.bytesIn(),
                stats.bytesOut());
    }
}
