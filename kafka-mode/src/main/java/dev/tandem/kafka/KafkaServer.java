package dev.tandem.kafka;

import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.admin.LiveKafkaAdmin;
import dev.tandem.kafka.api.KafkaApiRegistry;
import dev.tandem.kafka.api.KafkaApis;
import dev.tandem.kafka.api.LongPolls;
import dev.tandem.kafka.group.GroupCoordinatorAdapter;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicPolicies;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.kafka.wire.ConnectionTable;
import dev.tandem.kafka.wire.KafkaConnection;
import dev.tandem.net.Listener;
import dev.tandem.storage.StorageEngine;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka side of the broker: a listener, its connections, and what answers them. */
public final class KafkaServer {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaServer.class);
    private static final long DRAIN_SECONDS = 3;

    private final Vertx vertx;
    private final StorageEngine storage;
    private final KafkaConfig config;
    private final List<String> hosts;
    private final int eventLoops;

    private final KafkaCounters counters = new KafkaCounters();
    private final ConnectionTable connections = new ConnectionTable(counters);
    private final TopicTable topics;
    private final TopicChanges changes;
    private final LongPolls polls = new LongPolls();
    private final ExecutorService validators = newValidators();
    private final GroupCoordinatorAdapter groups;
    private final KafkaAdmin admin;
    private volatile List<KafkaApiRegistry.Row> apis = List.of();
    private volatile @Nullable Listener listener;

    /**
     * Makes a server that is not started.
     *
     * @param hosts local addresses to listen on
     * @param eventLoops how many event loops to spread connections over
     */
    public KafkaServer(Vertx vertx, StorageEngine storage, KafkaConfig config, List<String> hosts, int eventLoops) {
        this.vertx = vertx;
        this.storage = storage;
        this.config = config;
        this.hosts = List.copyOf(hosts);
        this.eventLoops = eventLoops;
        this.topics = new TopicTable(storage, config);
        this.changes = new TopicChanges(storage, topics);
        this.groups = new GroupCoordinatorAdapter(storage, config, topics);
        this.admin = new LiveKafkaAdmin(topics, changes, connections, counters, groups::describe, groups::remove);
    }

    /** Binds the port, starts the group coordinator and serves; fails with {@link dev.tandem.net.ListenException}. */
    public Future<Void> start() {
        storage.onAlarm(storage.readers(), alarm -> {
            if (alarm.isEmpty()) {
                topics.reloadAll();
            }
        });
        new TopicPolicies(storage, topics).start();
        storage.setProducerExpiry(config.producerIdExpiration());
        // The coordinator takes longest, and needs nothing of the listener.
        CompletableFuture<Void> coordinating = groups.start();
        return listen().compose(ignored -> Future.fromCompletionStage(coordinating));
    }

    private Future<Void> listen() {
        return Future.fromCompletionStage(ClusterId.ensure(storage))
                .compose(clusterId -> {
                    var handlers = new ArrayList<>(groups.handlers());
                    handlers.addAll(KafkaApis.create(
                            config,
                            clusterId,
                            storage,
                            topics,
                            changes,
                            groups.configs(),
                            validators,
                            polls,
                            counters));
                    var registry = new KafkaApiRegistry(clusterId, handlers);
                    apis = registry.rows();
                    return Listener.bind(
                            vertx, "kafka", hosts, config.port(), eventLoops, socket -> accept(socket, registry));
                })
                .map(bound -> {
                    listener = bound;
                    return null;
                });
    }

    /** The bound port. */
    public int port() {
        Listener bound = listener;
        if (bound == null) {
            throw new IllegalStateException("the Kafka listener is not started");
        }
        return bound.port();
    }

    /** Every API that a broker may be asked for, served or not; known once the server is started. */
    public List<KafkaApiRegistry.Row> apis() {
        return apis;
    }

    /** What the console sees. */
    public KafkaAdmin admin() {
        return admin;
    }

    /** Answers what was started, then closes every connection and the port. */
    public Future<Void> stop() {
        Listener bound = listener;
        listener = null;
        polls.answerAll();
        CompletableFuture<Void> drained = connections
                .drain()
                .orTimeout(DRAIN_SECONDS, TimeUnit.SECONDS)
                .exceptionally(timeout -> {
                    LOGGER.warn(
                            "{} Kafka connections had unanswered requests after {} s and are cut",
                            connections.size(),
                            DRAIN_SECONDS);
                    return null;
                });
        // Its end answers the members that wait for a rebalance.
        CompletableFuture<Void> coordinated = CompletableFuture.runAsync(groups::stop);
        return Future.fromCompletionStage(CompletableFuture.allOf(drained, coordinated))
                .eventually(() -> bound == null ? Future.succeededFuture() : bound.close())
                .onComplete(closed -> validators.shutdown());
    }

    /** Half the processors: unpacking records must not starve the event loops. */
    private static ExecutorService newValidators() {
        var number = new AtomicInteger();
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Executors.newFixedThreadPool(threads, task -> {
            var thread = new Thread(task, "kafka-validator-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private void accept(NetSocket socket, KafkaApiRegistry registry) {
        ChannelHandlerContext vertxHandler = ((NetSocketInternal) socket).channelHandlerContext();
        Channel channel = vertxHandler.channel();
        if (connections.size() >= config.maxConnections()) {
            LOGGER.warn(
                    "refusing the Kafka connection of {}: {} are open (kafka.max-connections)",
                    channel.remoteAddress(),
                    connections.size());
            socket.close();
            return;
        }
        // Ahead of Vert.x: frames are cut from Netty's buffers, answers written to its channel.
        long idleMillis = config.connectionMaxIdle().toMillis();
        channel.pipeline()
                .addBefore(
                        vertxHandler.name(),
                        "kafka-idle",
                        new IdleStateHandler(0, 0, idleMillis, TimeUnit.MILLISECONDS))
                .addBefore(
                        vertxHandler.name(),
                        "kafka",
                        new KafkaConnection(config, registry, storage.budget(), connections, channel));
    }
}
