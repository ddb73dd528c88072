package dev.tandem.app.config;

import java.util.Locale;

/**
 * One setting that can be configured.
 *
 * @param name such as {@code kafka.num-partitions}
 * @param type how its text is read
 * @param defaultText its default, as it would be written
 */
public record ConfigKey(String name, ValueType type, String defaultText) {

    static final String ENVIRONMENT_PREFIX = "TANDEM_";

    /** The variable that sets it, such as {@code TANDEM_KAFKA_NUM_PARTITIONS}. */
    public String environmentVariable() {
        return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether its value is not to be shown. */
    public boolean isSecret() {
        return name.endsWith("-pass")
                || name.endsWith("-password")
                || name.endsWith("-secret")
                || name.equals("amqp.users");
    }
}
