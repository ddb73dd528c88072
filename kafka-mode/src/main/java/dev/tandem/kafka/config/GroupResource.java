package dev.tandem.kafka.config;

import dev.tandem.kafka.group.GroupConfigs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupConfig;

/** A group, which need not exist: its configs wait for it. */
record GroupResource(String groupId, GroupConfigs configs) implements ConfigResource {

    @Override
    public ConfigSource source() {
        return ConfigSource.DYNAMIC_GROUP_CONFIG;
    }

    @Override
    public List<ConfigEntry> entries() {
        Map<String, String> set = configs.of(groupId);
        var entries = new ArrayList<ConfigEntry>();
        for (ConfigDef.ConfigKey key : GroupConfig.CONFIG_DEF.configKeys().values()) {
            if (!GroupConfig.isInternal(key.name)) {
                String byDefault = ConfigDef.convertToString(key.defaultValue, key.type);
                entries.add(ConfigEntry.of(key, set.get(key.name), byDefault, GroupConfig.brokerSynonym(key.name)));
            }
        }
        return entries;
    }

    @Override
    public CompletionStage<Void> change(
            UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        return configs.change(groupId, change, validateOnly, executor);
    }
}
