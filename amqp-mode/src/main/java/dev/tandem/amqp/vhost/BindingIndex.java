package dev.tandem.amqp.vhost;

import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Destination;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bindings by destination, so that those of a deleted queue are found. Belongs to the virtual host's loop. */
final class BindingIndex {
    private final Map<Destination, Set<Binding>> byDestination = new HashMap<>();

    void add(Binding binding) {
        byDestination
                .computeIfAbsent(binding.destination(), destination -> new LinkedHashSet<>())
                .add(binding);
    }

    void remove(Binding binding) {
        byDestination.computeIfPresent(binding.destination(), (destination, bindings) -> {
            bindings.remove(binding);
            return bindings.isEmpty() ? null : bindings;
        });
    }

    /** The bindings to a destination; a copy. */
    List<Binding> to(Destination destination) {
        return List.copyOf(byDestination.getOrDefault(destination, Set.of()));
    }
}
