package dev.tandem.amqp.routing;

import java.util.Arrays;
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
final class ConsistentHashBindings implements BindingTable {
    private static final Comparator<Binding> ORDER = Comparator.<Binding, String>comparing(
                    binding -> binding.destination().name())
            .thenComparing(binding -> binding.destination().kind())
            .thenComparing(Binding::routingKey)
            .thenComparing(binding -> binding.arguments().bytes());

    private final HashSource source;
    private final List<Binding> bindings;
    /** One past the last bucket of each binding. */
    private final long[] ends;

    private ConsistentHashBindings(HashSource source, List<Binding> bindings) {
        this.source = source;
        this.bindings = bindings;
        this.ends = bindings.stream()
                .mapToLong(binding -> Integer.parseInt(binding.routingKey()))
                .toArray();
        Arrays.parallelPrefix(ends, Long::sum);
    }

    /** No bindings. */
    static ConsistentHashBindings by(HashSource source) {
        return new ConsistentHashBindings(source, List.of());
    }

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
        if (bindings.isEmpty()) {
            return;
        }
        long bucket = JumpHash.bucket(source.valueOf(address), ends[ends.length - 1]);
        int at = Arrays.binarySearch(ends, bucket + 1);
        found.accept(bindings.get(at >= 0 ? at : -at - 1).destination());
    }

    @Override
    public boolean goesByKeysAlone() {
        return source.kind() == HashSource.Kind.ROUTING_KEY;
    }
}
