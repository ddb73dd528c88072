package dev.tandem.amqp.routing;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Each message goes to one binding, the same one for the same value; a binding's key is its weight, the number of buckets
 * it has (RabbitMQ, "Consistent Hash Exchange Type").
 *
 * <p>The buckets follow the names of the destinations, not the order in which bindings came, so that values keep their
 * queues over a restart, too.
 */
record ConsistentHashBindings(HashSource source, List<Binding> bindings) implements BindingTable {
    private static final Comparator<Binding> ORDER = Comparator.<Binding, String>comparing(
                    binding -> binding.destination().name())
            .thenComparing(binding -> binding.destination().kind())
            .thenComparing(Binding::routingKey)
            .thenComparing(binding -> binding.arguments().bytes());

    @Override
    public ConsistentHashBindings with(Binding binding) {
        return new ConsistentHashBindings(
                source,
                BindingTable.plus(bindings, binding).stream().sorted(ORDER).toList());
    }

    @Override
    public ConsistentHashBindings without(Binding binding) {
        return new ConsistentHashBindings(source, BindingTable.minus(bindings, binding));
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        long buckets = 0;
        for (Binding binding : bindings) {
            buckets += weight(binding);
        }
        long picked = JumpHash.bucket(source.valueOf(address), buckets);
        for (Binding binding : bindings) {
            picked -= weight(binding);
            if (picked < 0) {
                found.accept(binding.destination());
                return;
            }
        }
    }

    @Override
    public boolean goesByKeysAlone() {
        return source.kind() == HashSource.Kind.ROUTING_KEY;
    }

    private static int weight(Binding binding) {
        return Integer.parseInt(binding.routingKey());
    }
}
