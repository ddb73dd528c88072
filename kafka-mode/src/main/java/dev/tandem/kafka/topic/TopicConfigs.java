package dev.tandem.kafka.topic;

import dev.tandem.kafka.KafkaConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.storage.internals.log.LogConfig;

/** The configs a topic can have: Kafka's own definitions, with its defaults, types and checks. */
public final class TopicConfigs {
    private TopicConfigs() {}

    /**
     * Checks configs that are about to be set.
     *
     * @throws InvalidConfigurationException naming the config and what is wrong with it
     */
    static void validate(Map<String, String> configs) {
        if (configs.isEmpty()) {
            return;
        }
        try {
            LogConfig.validate(new HashMap<>(configs));
        } catch (ConfigException e) {
            throw new InvalidConfigurationException(e.getMessage(), e);
        }
    }

    /** Every config of a topic, set or not. */
    public static List<Entry> of(Topic topic, KafkaConfig config) {
        var entries = new ArrayList<Entry>();
        for (String name : LogConfig.nonInternalConfigNames()) {
            ConfigDef.ConfigKey key = LogConfig.configKeys().get(name);
            if (key == null) {
                continue;
            }
            String set = topic.configs().get(name);
            String byDefault = name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                    ? Long.toString(config.messageMaxBytes())
                    : String.valueOf(ConfigDef.convertToString(key.defaultValue, key.type));
            entries.add(new Entry(
                    name, set == null ? byDefault : set, byDefault, set != null, key.type, key.documentation));
        }
        return entries;
    }

    /**
     * One config.
     *
     * @param isSet whether the topic sets it, rather than the default
     */
    public record Entry(
            String name, String value, String defaultValue, boolean isSet, ConfigDef.Type type, String documentation) {}
}
