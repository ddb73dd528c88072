package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.config.ConfigResources;
import dev.tandem.kafka.group.GroupConfigs;
import dev.tandem.kafka.record.BatchValidator;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;

/** Every handler of this package, one line each. */
public final class KafkaApis {
    private KafkaApis() {}

    /**
     * Makes the handlers; ApiVersions is added by the registry.
     *
     * @param validators where batches are checked that an event loop has no time for
     */
    public static List<ApiHandler<?, ?>> create(
            KafkaConfig config,
            String clusterId,
            StorageEngine storage,
            TopicTable topics,
            TopicChanges changes,
            GroupConfigs groupConfigs,
            Executor validators,
            LongPolls polls,
            KafkaCounters counters) {
        var validator = new BatchValidator(config.decompressedMaxBytes(), InstantSource.system());
        var configs = new ConfigResources(config, topics, changes, groupConfigs);
        return List.of(
                new ProduceHandler(storage, topics, validator, validators, counters),
                new FetchHandler(config, storage, topics, polls, counters),
                new ListOffsetsHandler(storage, topics),
                new OffsetForLeaderEpochHandler(storage, topics),
                new MetadataHandler(config, clusterId, storage::leaderEpoch, topics, changes),
                new DescribeClusterHandler(config, clusterId),
                new CreateTopicsHandler(config, changes),
                new DeleteTopicsHandler(topics, changes),
                new DeleteRecordsHandler(storage, topics),
                new CreatePartitionsHandler(topics, changes),
                new DescribeConfigsHandler(configs),
                new AlterConfigsHandler(configs),
                new IncrementalAlterConfigsHandler(configs),
                new ListConfigResourcesHandler(topics, groupConfigs),
                new DescribeTopicPartitionsHandler(storage::leaderEpoch, topics),
                new DescribeLogDirsHandler(storage, topics),
                new ElectLeadersHandler(topics),
                new AlterPartitionReassignmentsHandler(topics),
                new ListPartitionReassignmentsHandler(),
                new DescribeQuorumHandler(config, storage),
                new UpdateFeaturesHandler(),
                new DescribeAclsHandler(),
                new CreateAclsHandler(),
                new DeleteAclsHandler(),
                new DescribeClientQuotasHandler(),
                new DescribeUserScramCredentialsHandler(),
                new InitProducerIdHandler(storage),
                new DescribeProducersHandler(storage, topics));
    }
}
