package dev.tandem.app.config;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.console.ConsoleConfig;
import dev.tandem.kafka.KafkaConfig;
import dev.tandem.storage.StorageConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All settings of a broker.
 *
 * <p>A component that is itself a record is a section: its keys carry the component's name as a prefix. A section's
 * component with name and type of one of this record ({@code storage.dataDir}) is no key and takes this record's value.
 *
 * @param bind local addresses to listen on
 * @param dataDir the directory that holds everything stored
 * @param eventLoops threads that serve connections; 0 for one a processor
 * @param logFormat how log lines look
 * @param logLevel the least important level that is logged
 */
public record BrokerConfig(
        List<String> bind,
        Path dataDir,
        int eventLoops,
        LogFormat logFormat,
        LogLevel logLevel,
        StorageConfig storage,
        KafkaConfig kafka,
        AmqpConfig amqp,
        ConsoleConfig console) {

    private static final int MAX_EVENT_LOOPS = 1024;

    /** How log lines look. */
    public enum LogFormat {
        /** One short line for a person. */
        HUMAN,
        /** One JSON object a line. */
        JSON
    }

    /** Levels of the log, most important first. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    public BrokerConfig {
        bind = List.copyOf(bind);
        if (bind.isEmpty()) {
            throw new IllegalArgumentException("bind must name at least one address");
        }
        if (eventLoops < 0 || eventLoops > MAX_EVENT_LOOPS) {
            throw new IllegalArgumentException(
                    "event-loops must be from 0 to " + MAX_EVENT_LOOPS + ", not " + eventLoops);
        }
        requireDistinctPorts(
                Map.of("kafka.port", kafka.port(), "amqp.port", amqp.port(), "console.port", console.port()));
    }

    /** The defaults of every key. */
    public static BrokerConfig defaults() {
        Path dataDir = Path.of("data");
        return new BrokerConfig(
                List.of("127.0.0.1", "::1"),
                dataDir,
                0,
                LogFormat.HUMAN,
                LogLevel.INFO,
                StorageConfig.defaults(dataDir),
                KafkaConfig.defaults(),
                AmqpConfig.defaults(),
                ConsoleConfig.defaults());
    }

    /** {@link #eventLoops}, resolved to the number of processors when it is 0. */
    public int effectiveEventLoops() {
        return eventLoops > 0 ? eventLoops : Runtime.getRuntime().availableProcessors();
    }

    private static void requireDistinctPorts(Map<String, Integer> ports) {
        var keyOfPort = new HashMap<Integer, String>();
        ports.forEach((key, port) -> {
            String other = port == 0 ? null : keyOfPort.put(port, key);
            if (other != null) {
                var both = List.of(key, other).stream().sorted().toList();
                throw new IllegalArgumentException(
                        both.get(0) + " and " + both.get(1) + " are both " + port + "; give each a port of its own");
            }
        });
    }
}
