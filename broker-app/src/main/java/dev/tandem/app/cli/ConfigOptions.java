package dev.tandem.app.cli;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.ConfigException;
import dev.tandem.app.config.ConfigLoader;
import dev.tandem.app.config.ConfigLoader.Loaded;
import dev.tandem.app.config.ConfigSource;
import dev.tandem.app.config.ConfigSource.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that configure a broker, shared by the commands that need its configuration. */
final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings, such as 'kafka.num-partitions: 3'.")
    private @Nullable Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Directory that holds everything stored [./data].")
    private @Nullable String dataDir;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            split = ",",
            description = "Local address to listen on; may be repeated [127.0.0.1 and ::1].")
    private List<String> bind = new ArrayList<>();

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            description = "Port for Kafka clients, 0 for any free one [9092].")
    private @Nullable String kafkaPort;

    @Option(names = "--amqp-port", paramLabel = "N", description = "Port for AMQP clients, 0 for any free one [5672].")
    private @Nullable String amqpPort;

    @Option(names = "--http-port", paramLabel = "N", description = "Port of the console, 0 for any free one [15672].")
    private @Nullable String httpPort;

    @Option(names = "--log-format", paramLabel = "human|json", description = "How log lines look [human].")
    private @Nullable String logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "Least important level that is logged: error, warn, info, debug, trace [info].")
    private @Nullable String logLevel;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting; may be repeated. 'tandem config' lists every key.")
    private List<String> settings = new ArrayList<>();

    /** Loads the configuration these flags ask for. */
    Loaded<BrokerConfig> load(Map<String, String> environment) {
        return ConfigLoader.ofBroker().load(source(), environment, Optional.ofNullable(config));
    }

    private ConfigSource source() {
        var values = new HashMap<String, Entry>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("--set takes key=value, not '" + setting + "'");
            }
            put(values, setting.substring(0, equals).strip(), setting.substring(equals + 1), "flag --set");
        }
        put(values, "data-dir", dataDir, "flag --data-dir");
        put(values, "bind", bind.isEmpty() ? null : String.join(",", bind), "flag --bind");
        put(values, "kafka.port", kafkaPort, "flag --kafka-port");
        put(values, "amqp.port", amqpPort, "flag --amqp-port");
        put(values, "console.port", httpPort, "flag --http-port");
        put(values, "log-format", logFormat, "flag --log-format");
        put(values, "log-level", logLevel, "flag --log-level");
        return new ConfigSource(values);
    }

    private static void put(Map<String, Entry> values, String key, @Nullable String text, String origin) {
        if (text != null) {
            values.put(key, new Entry(text, origin));
        }
    }
}
