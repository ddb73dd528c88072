package dev.tandem.kafka.group;

import com.yammer.metrics.core.MetricsRegistry;
import dev.tandem.kafka.KafkaConfig;
import dev.tandem.storage.StorageEngine;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorRuntimeMetrics;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;

/** Kafka's service with the things it is built from, which end with it. */
record EmbeddedCoordinator(GroupCoordinatorService service, Metrics metrics, MetricsRegistry meters)
        implements AutoCloseable {

    /** Builds the service; it runs nothing before {@code startup}. */
    static EmbeddedCoordinator build(
            StorageEngine engine,
            GroupCoordinatorConfig coordinatorConfig,
            StoragePartitionWriter writer,
            LogEndOffsets endOffsets,
            Time time) {
        var shareConfig = ShareGroupConfig.fromProps(Map.of());
        // Registries of our own: the default ones report to JMX.
        var metrics = new Metrics();
        var meters = new MetricsRegistry();
        var service = new GroupCoordinatorService.Builder(KafkaConfig.NODE_ID, coordinatorConfig)
                .withWriter(writer)
                .withLoader(new StorageCoordinatorLoader(engine, writer, time))
                .withTime(time)
                .withTimer(new SystemTimerReaper("kafka-group-timer-reaper", new SystemTimer("kafka-group-timer")))
                .withCoordinatorRuntimeMetrics(new GroupCoordinatorRuntimeMetrics(metrics))
                .withGroupCoordinatorMetrics(new GroupCoordinatorMetrics(meters, metrics))
                .withGroupConfigManager(new GroupConfigManager(coordinatorConfig, shareConfig))
                .withPersister(new NoOpStatePersister())
                .withAuthorizerPlugin(Optional.empty())
                .withPartitionMetadataClient(endOffsets)
                .build();
        return new EmbeddedCoordinator(service, metrics, meters);
    }

    @Override
    public void close() {
        service.shutdown();
        metrics.close();
        meters.shutdown();
    }
}
