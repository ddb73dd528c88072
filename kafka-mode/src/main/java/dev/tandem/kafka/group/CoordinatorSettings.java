package dev.tandem.kafka.group;

import dev.tandem.kafka.KafkaConfig;
import java.util.Map;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;

/** What of this broker's settings, and of its way of working, concerns the group coordinator, under Kafka's names. */
public final class CoordinatorSettings {
    private CoordinatorSettings() {}

    /** The settings that are not left at Kafka's defaults. */
    public static Map<String, Object> of(KafkaConfig config) {
        int heartbeatMillis = Math.toIntExact(config.groupHeartbeatInterval().toMillis());
        return Map.of(
                GroupCoordinatorConfig.GROUP_INITIAL_REBALANCE_DELAY_MS_CONFIG,
                Math.toIntExact(config.groupInitialRebalanceDelay().toMillis()),
                GroupCoordinatorConfig.CONSUMER_GROUP_HEARTBEAT_INTERVAL_MS_CONFIG,
                heartbeatMillis,
                GroupCoordinatorConfig.CONSUMER_GROUP_MIN_HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.min(heartbeatMillis, GroupCoordinatorConfig.CONSUMER_GROUP_MIN_HEARTBEAT_INTERVAL_MS_DEFAULT),
                GroupCoordinatorConfig.OFFSETS_RETENTION_MINUTES_CONFIG,
                Math.toIntExact(config.offsetsRetention().toMinutes()),
                GroupCoordinatorConfig.OFFSETS_RETENTION_CHECK_INTERVAL_MS_CONFIG,
                config.offsetsRetentionCheckInterval().toMillis(),
                GroupCoordinatorConfig.OFFSETS_TOPIC_PARTITIONS_CONFIG,
                GroupCoordinatorAdapter.PARTITIONS,
                // The coordinator's work is short and never waits for the disk.
                GroupCoordinatorConfig.GROUP_COORDINATOR_NUM_THREADS_CONFIG,
                2,
                GroupCoordinatorConfig.GROUP_COORDINATOR_NUM_BACKGROUND_THREADS_CONFIG,
                1);
    }
}
