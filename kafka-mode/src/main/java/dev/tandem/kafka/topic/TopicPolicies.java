package dev.tandem.kafka.topic;

import dev.tandem.kafka.record.KafkaBatchRewriter;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.clean.Compaction;
import dev.tandem.storage.clean.LogPolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Tells the engine what {@code cleanup.policy}, retention and compaction configs of each topic mean for the
 * logs of its partitions: of all topics at start, of a topic whenever it changes.
 */
public final class TopicPolicies {
    private static final long DEFAULT_RETENTION_MS = TimeUnit.DAYS.toMillis(7);
    private static final long DEFAULT_SEGMENT_MS = TimeUnit.DAYS.toMillis(7);
    private static final long DEFAULT_DELETE_RETENTION_MS = TimeUnit.DAYS.toMillis(1);
    private static final double DEFAULT_DIRTY_RATIO = 0.5;

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
        String cleanup = configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        LogPolicy policy = cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE)
                ? new LogPolicy(
                        number(configs, TopicConfig.RETENTION_MS_CONFIG, DEFAULT_RETENTION_MS),
                        number(configs, TopicConfig.RETENTION_BYTES_CONFIG, LogPolicy.UNLIMITED))
                : LogPolicy.KEEP_ALL;
        return cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT) ? policy.compacted(compaction(configs)) : policy;
    }

    private static Compaction compaction(Map<String, String> configs) {
        String ratio = configs.get(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG);
        return new Compaction(
                KafkaBatchRewriter.INSTANCE,
                ratio == null ? DEFAULT_DIRTY_RATIO : Double.parseDouble(ratio.trim()),
                number(configs, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, 0),
                number(configs, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.MAX_VALUE),
                number(configs, TopicConfig.DELETE_RETENTION_MS_CONFIG, DEFAULT_DELETE_RETENTION_MS),
                number(configs, TopicConfig.SEGMENT_MS_CONFIG, DEFAULT_SEGMENT_MS),
                number(configs, TopicConfig.SEGMENT_BYTES_CONFIG, Long.MAX_VALUE));
    }

    private static long number(Map<String, String> configs, String name, long otherwise) {
        String value = configs.get(name);
        return value == null ? otherwise : Long.parseLong(value.trim());
    }
}
