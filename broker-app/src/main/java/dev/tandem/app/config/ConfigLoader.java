package dev.tandem.app.config;

import dev.tandem.app.config.ConfigSource.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lays sources over each other: flag over environment over file over default.
 *
 * @param <T> the configuration record
 */
public final class ConfigLoader<T extends Record> {
    private final ConfigSchema<T> schema;

    private ConfigLoader(ConfigSchema<T> schema) {
        this.schema = schema;
    }

    /**
     * What was loaded.
     *
     * @param settings one for every key, in the order of the schema
     * @param <T> the configuration record
     */
    public record Loaded<T extends Record>(T config, List<Setting> settings) {
        public Loaded {
            settings = List.copyOf(settings);
        }
    }

    /** A key's value and where it came from. */
    public record Setting(ConfigKey key, String text, String origin) {}

    /** The loader of a broker's settings. */
    public static ConfigLoader<BrokerConfig> ofBroker() {
        return of(BrokerConfig.defaults());
    }

    /** The loader of any record of settings whose defaults are given. */
    static <T extends Record> ConfigLoader<T> of(T defaults) {
        return new ConfigLoader<>(new ConfigSchema<>(defaults));
    }

    /** Every key there is. */
    public Collection<ConfigKey> keys() {
        return schema.keys();
    }

    /**
     * Loads the configuration.
     *
     * @param flags what the command line sets
     * @param environment the process's variables
     * @param file a YAML file, if one is named
     * @throws ConfigException when a key is unknown or a value cannot be used
     */
    public Loaded<T> load(ConfigSource flags, Map<String, String> environment, Optional<Path> file) {
        var layers = new ArrayList<ConfigSource>();
        layers.add(flags);
        layers.add(EnvironmentSource.read(environment, schema));
        file.map(YamlSource::read).ifPresent(layers::add);
        layers.forEach(this::requireKnownKeys);

        var values = new HashMap<String, Object>();
        var settings = new LinkedHashMap<String, Setting>();
        for (ConfigKey key : schema.keys()) {
            Optional<Entry> entry = firstEntry(layers, key.name());
            entry.ifPresent(given -> values.put(key.name(), read(key, given)));
            settings.put(
                    key.name(),
                    entry.map(given -> new Setting(key, given.text(), given.origin()))
                            .orElseGet(() -> new Setting(key, key.defaultText(), "default")));
        }
        try {
            return new Loaded<>(schema.bind(values), List.copyOf(settings.values()));
        } catch (IllegalArgumentException refused) {
            throw new ConfigException(refused.getMessage() + origins(String.valueOf(refused.getMessage()), settings));
        }
    }

    private void requireKnownKeys(ConfigSource layer) {
        layer.values().forEach((name, entry) -> {
            if (schema.key(name).isEmpty()) {
                var known = schema.keys().stream().map(ConfigKey::name).toList();
                throw new ConfigException("unknown configuration key '" + name + "' (" + entry.origin() + ")"
                        + NearestKey.find(name, known)
                                .map(nearest -> "; did you mean '" + nearest + "'?")
                                .orElse("; './tandem config' lists every key"));
            }
        });
    }

    private static Optional<Entry> firstEntry(List<ConfigSource> layers, String name) {
        return layers.stream()
                .flatMap(layer -> Optional.ofNullable(layer.values().get(name)).stream())
                .findFirst();
    }

    private static Object read(ConfigKey key, Entry entry) {
        try {
            return key.type().read(entry.text());
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            String what = key.isSecret() ? "what is set" : "'" + entry.text() + "'";
            throw new ConfigException(what + " is no value for " + key.name() + " (" + entry.origin() + "); it takes "
                    + key.type().hint());
        }
    }

    /** Records name the keys they refuse; this says where those were set. */
    private static String origins(String message, Map<String, Setting> settings) {
        List<String> origins = settings.values().stream()
                .filter(setting -> message.contains(setting.key().name())
                        && !setting.origin().equals("default"))
                .map(Setting::origin)
                .distinct()
                .toList();
        return origins.isEmpty() ? "" : " (" + String.join(", ", origins) + ")";
    }
}
