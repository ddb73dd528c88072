package dev.tandem.kafka.group;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.api.ApiHandler;
import dev.tandem.kafka.api.GroupHandlers;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.alarm.StorageAlarm;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.image.MetadataDelta;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group coordinator of this broker: Apache Kafka's service between {@link #start} and {@link #stop}, over 16
 * coordinator partitions kept in storage. There is no {@code __consumer_offsets} topic.
 *
 * <p>Safe for use from any thread.
 */
public final class GroupCoordinatorAdapter {
    /** The topic of which the coordinator believes its partitions to be. */
    static final String OFFSETS_TOPIC = Topic.GROUP_METADATA_TOPIC_NAME;

    /** Fixed for good: a group lives in the partition that its id's hash modulo this gives. */
    static final int PARTITIONS = 16;

    private static final Logger LOGGER = LoggerFactory.getLogger(GroupCoordinatorAdapter.class);

    private final StorageEngine engine;
    private final Time time;
    private final GroupCoordinatorConfig coordinatorConfig;
    private final GroupConfigs configs;
    private final TopicImages images;
    private final LogEndOffsets endOffsets;
    private final GroupViews views;
    private final List<ApiHandler<?, ?>> handlers;
    private final AtomicIntegerArray epochs = new AtomicIntegerArray(PARTITIONS);
    /** Partitions that are to be loaded again once the engine stores anything. */
    private final Set<Integer> toLoad = ConcurrentHashMap.newKeySet();

    /** Hears the results of commits, in order; never waits. */
    private final ThreadPoolExecutor results = newThread("kafka-group-commits");

    /** Starts, and tells the service of topics: told that one is deleted, the service waits until its offsets are. */
    private final ThreadPoolExecutor worker = newThread("kafka-group-worker");

    private volatile @Nullable EmbeddedCoordinator running;
    private volatile boolean stopped;

    /** Makes a coordinator that is not started. */
    public GroupCoordinatorAdapter(StorageEngine engine, KafkaConfig config, TopicTable topics) {
        this(engine, config, topics, Time.SYSTEM);
    }

    /** The same by another clock. */
    GroupCoordinatorAdapter(StorageEngine engine, KafkaConfig config, TopicTable topics, Time time) {
        this.engine = engine;
        this.time = time;
        this.coordinatorConfig = GroupCoordinatorConfig.fromProps(CoordinatorSettings.of(config));
        this.configs = new GroupConfigs(engine, coordinatorConfig, this::service);
        this.images = new TopicImages(KafkaConfig.NODE_ID, engine.catalog());
        this.endOffsets = new LogEndOffsets(topics);
        this.views = new GroupViews(this::service, endOffsets, System::nanoTime);
        this.handlers = GroupHandlers.create(this::service, config, topics);
        topics.onChange(this::onTopicChanged);
    }

    /** The handlers of the group APIs; until the start has completed they answer COORDINATOR_NOT_AVAILABLE. */
    public List<ApiHandler<?, ?>> handlers() {
        return handlers;
    }

    /** Configs of groups. */
    public GroupConfigs configs() {
        return configs;
    }

    /**
     * Starts the coordinator on a thread of its own. Completes when it takes requests; a group whose partition is still
     * being loaded then answers COORDINATOR_LOAD_IN_PROGRESS.
     */
    public CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(this::startNow, worker);
    }

    private void startNow() {
        var writer = new StoragePartitionWriter(engine, PARTITIONS, results, this::loadAgain);
        var coordinator = EmbeddedCoordinator.build(engine, coordinatorConfig, writer, endOffsets, time);
        var service = coordinator.service();
        configs.tellAll(service);
        service.startup(() -> PARTITIONS);
        MetadataDelta delta = images.load();
        service.onMetadataUpdate(delta, images.image());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            epochs.set(partition, engine.leaderEpoch());
            service.onElection(partition, engine.leaderEpoch());
        }
        running = coordinator;
        engine.onAlarm(results, alarm -> loadWhatWaits());
        if (stopped) {
            coordinator.close();
        }
    }

    /** Answers waiting members, and stops. Blocks until the coordinator's threads have ended. Idempotent. */
    public void stop() {
        stopped = true;
        var coordinator = running;
        running = null;
        worker.shutdown();
        results.shutdown();
        try {
            // A result told to a coordinator that is ending would be logged as its failure.
            results.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (coordinator != null) {
            coordinator.close();
        }
    }

    /** Before the start there is nobody to tell: the start reads the catalog. */
    private void onTopicChanged(String name) {
        worker.execute(() -> {
            var coordinator = running;
            if (coordinator != null) {
                MetadataDelta delta = images.change(name);
                try {
                    coordinator.service().onMetadataUpdate(delta, images.image());
                } catch (CoordinatorNotAvailableException stopping) {
                    LOGGER.debug("topic {} is told of by the next start", name);
                }
            }
        });
    }

    /**
     * Drops what a partition holds in memory, which is ahead of storage, and loads it again: while the engine stores nothing
     * that waits, since its recovery decides what is stored.
     */
    private void loadAgain(int partition) {
        var coordinator = running;
        if (coordinator != null) {
            coordinator.service().onResignation(partition, OptionalInt.empty());
            toLoad.add(partition);
            loadWhatWaits();
        }
    }

    private void loadWhatWaits() {
        var coordinator = running;
        boolean storesNothing = engine.alarm()
                .filter(alarm -> alarm.kind() == StorageAlarm.Kind.WRITE_FAILED)
                .isPresent();
        if (coordinator == null || storesNothing) {
            return;
        }
        for (Integer partition : toLoad) {
            if (toLoad.remove(partition)) {
                coordinator.service().onElection(partition, epochs.incrementAndGet(partition));
            }
        }
    }

    /** All groups with members, committed offsets and lag, by id. */
    public CompletableFuture<List<KafkaAdmin.GroupView>> describe() {
        try {
            return views.all();
        } catch (CoordinatorNotAvailableException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Deletes a group, whoever is in it. */
    public CompletableFuture<Void> remove(String groupId) {
        try {
            return GroupRemoval.of(service(), groupId);
        } catch (CoordinatorNotAvailableException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    GroupCoordinator service() {
        var coordinator = running;
        if (coordinator == null) {
            throw new CoordinatorNotAvailableException("The group coordinator is not running");
        }
        return coordinator.service();
    }

    private static ThreadPoolExecutor newThread(String name) {
        var executor = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    var thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                },
                // What arrives after the stop has nobody left to hear it.
                new ThreadPoolExecutor.DiscardPolicy());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
