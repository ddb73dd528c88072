package dev.tandem.amqp.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A binding matches when its key equals the routing key (AMQP 0-9-1 §3.1.3.1). */
record DirectBindings(Map<String, List<Binding>> byKey) implements BindingTable {
    static final DirectBindings EMPTY = new DirectBindings(Map.of());

    @Override
    public DirectBindings with(Binding binding) {
        var copy = new HashMap<>(byKey);
        copy.put(binding.routingKey(), BindingTable.plus(copy.getOrDefault(binding.routingKey(), List.of()), binding));
        return new DirectBindings(copy);
    }

    @Override
    public DirectBindings without(Binding binding) {
        var copy = new HashMap<>(byKey);
        copy.computeIfPresent(binding.routingKey(), (key, bindings) -> {
            List<Binding> rest = BindingTable.minus(bindings, binding);
            return rest.isEmpty() ? null : rest;
        });
        return new DirectBindings(copy);
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        for (String routingKey : address.routingKeys()) {
            for (Binding binding : byKey.getOrDefault(routingKey, List.of())) {
                found.accept(binding.destination());
            }
        }
    }
}
