package dev.tandem.kafka.topic;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.clean.LogPolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Tells the engine what {@code cleanup.policy}, {@code retention.ms} and {@code retention.bytes} of each topic mean for the
 * logs of its partitions: of all topics at start, of a topic whenever it changes.
 */
public final class TopicPolicies {
    private static final long DEFAULT_RETENTION_MS = TimeUnit.DAYS.toMillis(7);

    private final StorageEngine storage;
    private final TopicTable topics;

    public TopicPolicies(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    /** Sets the policies of all topics, and follows the table from now on. */
    public void start() {
        topics.onChange(name -> topics.byName(name).ifPresent(this::set));
        topics.all().forEach(this::set);
    }

    private void set(Topic topic) {
        LogPolicy policy = of(topic.configs());
        topic.partitions().forEach(partition -> storage.setPolicy(partition.logId(), policy));
    }

    /** What configs that were validated when they were set say; Kafka's defaults for the rest. */
    static LogPolicy of(Map<String, String> configs) {
        if (!configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE)
                .contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
            return LogPolicy.KEEP_ALL;
        }
        return new LogPolicy(
                number(configs, TopicConfig.RETENTION_MS_CONFIG, DEFAULT_RETENTION_MS),
                number(configs, TopicConfig.RETENTION_BYTES_CONFIG, LogPolicy.UNLIMITED));
    }

    private static long number(Map<String, String> configs, String name, long otherwise) {
        String value = configs.get(name);
        return value == null ? otherwise : Long.parseLong(value.trim());
    }
}
