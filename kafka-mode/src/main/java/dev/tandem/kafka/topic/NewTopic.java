package dev.tandem.kafka.topic;

import java.util.Map;

/**
 * A topic to be created.
 *
 * @param configs the configs to set, by name
 */
public record NewTopic(String name, int partitions, Map<String, String> configs) {
    public NewTopic {
        configs = Map.copyOf(configs);
    }
}
