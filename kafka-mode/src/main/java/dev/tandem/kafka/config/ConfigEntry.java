package dev.tandem.kafka.config;

import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/**
 * One config of one resource as it is in force.
 *
 * @param value null for a config without default that nobody set
 * @param defaultValue what it is when nobody sets it
 * @param isSet whether the resource sets it itself
 * @param brokerSynonym the broker's config that gives the default, where there is one
 * @param documentation as Kafka words it; may be null
 */
public record ConfigEntry(
        String name,
        @Nullable String value,
        @Nullable String defaultValue,
        boolean isSet,
        Optional<String> brokerSynonym,
        ConfigDef.Type type,
        @Nullable String documentation) {

    /** An entry by its definition and what a resource may have set. */
    static ConfigEntry of(
            ConfigDef.ConfigKey key,
            @Nullable String set,
            @Nullable String defaultValue,
            Optional<String> brokerSynonym) {
        return new ConfigEntry(
                key.name,
                set == null ? defaultValue : set,
                defaultValue,
                set != null,
                brokerSynonym,
                key.type,
                key.documentation);
    }
}
