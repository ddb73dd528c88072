package dev.tandem.kafka.config;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.group.GroupConfigs;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Finds what has configs, describes and changes them. Failures are Kafka's {@code ApiException}s, thrown or in the stage. */
public final class ConfigResources {
    private final KafkaConfig config;
    private final TopicTable topics;
    private final TopicChanges changes;
    private final GroupConfigs groups;

    public ConfigResources(KafkaConfig config, TopicTable topics, TopicChanges changes, GroupConfigs groups) {
        this.config = config;
        this.topics = topics;
        this.changes = changes;
        this.groups = groups;
    }

    /** A resource's configs, set or not, and the source that those set have. */
    public Description describe(byte type, String name) {
        ConfigResource resource = find(type, name);
        return new Description(resource.entries(), resource.source());
    }

    /**
     * Changes single configs.
     *
     * @param executor where the result arrives
     */
    public CompletionStage<Void> edit(
            byte type, String name, List<ConfigEdit> edits, boolean validateOnly, Executor executor) {
        ConfigResource resource = find(type, name);
        return resource.change(set -> ConfigEdit.applyAll(edits, set, resource::entry), validateOnly, executor);
    }

    /**
     * Sets exactly these configs and no others.
     *
     * @param executor where the result arrives
     */
    public CompletionStage<Void> replace(
            byte type, String name, Map<String, String> configs, boolean validateOnly, Executor executor) {
        return find(type, name).change(set -> configs, validateOnly, executor);
    }

    private ConfigResource find(byte type, String name) {
        return switch (org.apache.kafka.common.config.ConfigResource.Type.forId(type)) {
            case TOPIC -> new TopicResource(topic(name), changes, config);
            case GROUP -> group(name);
            case BROKER -> broker(name);
            case BROKER_LOGGER ->
                throw new InvalidRequestException("Log levels are set in the broker's logging configuration.");
            case CLIENT_METRICS -> throw new InvalidRequestException("This broker does not collect client metrics.");
            case UNKNOWN -> throw new InvalidRequestException("There is no resource type " + type + ".");
        };
    }

    private Topic topic(String name) {
        org.apache.kafka.common.internals.Topic.validate(name);
        return topics.byName(name)
                .orElseThrow(() -> new UnknownTopicOrPartitionException("Topic '" + name + "' does not exist."));
    }

    private ConfigResource group(String name) {
        if (name.isEmpty()) {
            throw new InvalidRequestException("Group name must not be empty.");
        }
        return new GroupResource(name, groups);
    }

    private ConfigResource broker(String name) {
        if (!name.isEmpty() && !name.equals(Integer.toString(KafkaConfig.NODE_ID))) {
            throw new InvalidRequestException(
                    "There is no broker '" + name + "'; this one is " + KafkaConfig.NODE_ID + ".");
        }
        return new BrokerResource(config);
    }

    /**
     * What a resource's configs are.
     *
     * @param source of those that are set
     */
    public record Description(List<ConfigEntry> entries, ConfigSource source) {}
}
