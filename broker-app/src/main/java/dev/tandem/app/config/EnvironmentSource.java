package dev.tandem.app.config;

import dev.tandem.app.config.ConfigSource.Entry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code TANDEM_…} variables, and those by which RabbitMQ's image is set up. */
final class EnvironmentSource {
    /** Variables of the start script. */
    private static final Set<String> RESERVED = Set.of("TANDEM_JAVA_OPTS");

    /** What Kubernetes sets for a service whose name begins with tandem. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("TANDEM_(.*_)?(SERVICE_(HOST|PORT).*|PORT|PORT_\\d+_.*)");

    private static final Map<String, String> ALIASES = Map.of(
            "RABBITMQ_DEFAULT_USER", "amqp.default-user",
            "RABBITMQ_DEFAULT_PASS", "amqp.default-pass");

    private EnvironmentSource() {}

    static ConfigSource read(Map<String, String> environment, ConfigSchema<?> schema) {
        Map<String, ConfigKey> keyOfVariable =
                schema.keys().stream().collect(Collectors.toMap(ConfigKey::environmentVariable, Function.identity()));
        var values = new HashMap<String, Entry>();
        ALIASES.forEach((variable, key) -> {
            String text = environment.get(variable);
            if (text != null && schema.key(key).isPresent()) {
                values.put(key, new Entry(text, "environment " + variable));
            }
        });
        environment.forEach((variable, text) -> {
            ConfigKey key = keyOfVariable.get(variable);
            if (key != null) {
                values.put(key.name(), new Entry(text, "environment " + variable));
            } else if (isMeantForTandem(variable)) {
                throw new ConfigException(
                        "unknown environment variable " + variable + suggestion(variable, keyOfVariable.keySet()));
            }
        });
        return new ConfigSource(values);
    }

    private static String suggestion(String variable, Set<String> known) {
        Map<String, String> variableOfName =
                known.stream().collect(Collectors.toMap(EnvironmentSource::lowerCase, Function.identity()));
        return NearestKey.find(lowerCase(variable), variableOfName.keySet())
                .map(nearest -> "; did you mean " + variableOfName.get(nearest) + "?")
                .orElse("; './tandem config' lists every key");
    }

    private static String lowerCase(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean isMeantForTandem(String variable) {
        return variable.startsWith(ConfigKey.ENVIRONMENT_PREFIX)
                && !RESERVED.contains(variable)
                && !SERVICE_LINK.matcher(variable).matches();
    }
}
