package dev.tandem.kafka.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Checks the configs of topics by Kafka's own definitions. */
final class TopicConfigs {
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
}
