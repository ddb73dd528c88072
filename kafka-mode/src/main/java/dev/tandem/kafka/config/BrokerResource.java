package dev.tandem.kafka.config;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.group.CoordinatorSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * The broker: its own settings under Kafka's names, and the defaults of what it takes from Kafka. They come from its
 * configuration file, environment and command line, so none can be changed here.
 */
record BrokerResource(KafkaConfig config) implements ConfigResource {

    @Override
    public ConfigSource source() {
        return ConfigSource.STATIC_BROKER_CONFIG;
    }

    @Override
    public List<ConfigEntry> entries() {
        Map<String, String> own = own();
        var entries = new ArrayList<ConfigEntry>();
        for (ConfigDef definitions : List.of(LogConfig.SERVER_CONFIG_DEF, GroupCoordinatorConfig.CONFIG_DEF)) {
            definitions.configKeys().forEach((name, key) -> {
                if (!key.internalConfig) {
                    String byDefault = ConfigDef.convertToString(key.hasDefault() ? key.defaultValue : null, key.type);
                    entries.add(ConfigEntry.of(key, own.remove(name), byDefault, Optional.empty()));
                }
            });
        }
        own.forEach((name, value) ->
                entries.add(new ConfigEntry(name, value, value, true, Optional.empty(), ConfigDef.Type.STRING, null)));
        return entries;
    }

    private Map<String, String> own() {
        var own = new HashMap<String, String>();
        own.put("node.id", Integer.toString(KafkaConfig.NODE_ID));
        own.put("broker.id", Integer.toString(KafkaConfig.NODE_ID));
        own.put("num.partitions", Integer.toString(config.numPartitions()));
        own.put("default.replication.factor", "1");
        own.put("min.insync.replicas", "1");
        own.put("auto.create.topics.enable", Boolean.toString(config.autoCreateTopics()));
        own.put("message.max.bytes", Long.toString(config.messageMaxBytes()));
        own.put("socket.request.max.bytes", Long.toString(config.requestMaxBytes()));
        own.put("fetch.max.bytes", Long.toString(config.fetchMaxBytes()));
        own.put(
                "connections.max.idle.ms",
                Long.toString(config.connectionMaxIdle().toMillis()));
        own.put("max.connections", Integer.toString(config.maxConnections()));
        own.put(
                "producer.id.expiration.ms",
                Long.toString(config.producerIdExpiration().toMillis()));
        CoordinatorSettings.of(config).forEach((name, value) -> own.put(name, value.toString()));
        return own;
    }

    @Override
    public CompletionStage<Void> change(
            UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        var changed = new TreeSet<>(change.apply(Map.of()).keySet());
        if (changed.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        throw new InvalidRequestException("Cannot update these configs dynamically: " + changed
                + "; set them in the broker's configuration and restart it.");
    }
}
