package dev.tandem.kafka.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Something that has configs: a topic, a group, the broker. */
interface ConfigResource {

    /** The source that a config set on this resource is said to have. */
    org.apache.kafka.clients.admin.ConfigEntry.ConfigSource source();

    /** Every config it can have, set or not. */
    List<ConfigEntry> entries();

    /** One of {@link #entries}. */
    default Optional<ConfigEntry> entry(String name) {
        return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /**
     * Changes what is set.
     *
     * @param change makes of the configs that are set those that shall be
     * @param validateOnly whether to stop short of the change
     * @param executor where the result arrives
     */
    CompletionStage<Void> change(UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor);
}
