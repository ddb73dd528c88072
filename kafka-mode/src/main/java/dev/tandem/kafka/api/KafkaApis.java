package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.util.List;

/** Every handler of this package, one line each. */
public final class KafkaApis {
    private KafkaApis() {}

    /** Makes the handlers; ApiVersions is added by the registry. */
    public static List<ApiHandler<?, ?>> create(
            KafkaConfig config, String clusterId, StorageEngine storage, TopicTable topics, TopicChanges changes) {
        return List.of(
                new MetadataHandler(config, clusterId, storage.leaderEpoch(), topics, changes),
                new DescribeClusterHandler(config, clusterId),
                new CreateTopicsHandler(config, changes),
                new DeleteTopicsHandler(topics, changes));
    }
}
