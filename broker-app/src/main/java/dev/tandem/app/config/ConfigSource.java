package dev.tandem.app.config;

import java.util.Map;

/**
 * Where values come from.
 *
 * @param values by key name
 */
public record ConfigSource(Map<String, Entry> values) {

    /**
     * A value as it was written.
     *
     * @param origin for people: {@code flag --kafka-port}, {@code environment TANDEM_KAFKA_PORT}, {@code file x.yaml}
     */
    public record Entry(String text, String origin) {}

    public ConfigSource {
        values = Map.copyOf(values);
    }
}
