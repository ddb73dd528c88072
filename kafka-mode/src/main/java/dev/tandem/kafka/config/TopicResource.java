package dev.tandem.kafka.config;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A topic: every config that Kafka knows of topics. */
record TopicResource(Topic topic, TopicChanges changes, KafkaConfig config) implements ConfigResource {

    @Override
    public ConfigSource source() {
        return ConfigSource.DYNAMIC_TOPIC_CONFIG;
    }

    @Override
    public List<ConfigEntry> entries() {
        var entries = new ArrayList<ConfigEntry>();
        for (String name : LogConfig.nonInternalConfigNames()) {
            ConfigDef.ConfigKey key = LogConfig.configKeys().get(name);
            if (key != null) {
                String byDefault = name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                        ? Long.toString(config.messageMaxBytes())
                        : ConfigDef.convertToString(key.defaultValue, key.type);
                entries.add(ConfigEntry.of(key, topic.configs().get(name), byDefault, synonym(name)));
            }
        }
        return entries;
    }

    private static Optional<String> synonym(String name) {
        return Optional.ofNullable(ServerTopicConfigSynonyms.TOPIC_CONFIG_SYNONYMS.get(name));
    }

    @Override
    public CompletionStage<Void> change(
            UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        return changes.configure(topic, change, validateOnly, executor);
    }
}
