package dev.tandem.amqp.routing;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One binding is picked for each message, whatever its routing key (RabbitMQ's {@code x-random} and {@code
 * x-local-random}; with one node every queue is local).
 */
record RandomBindings(List<Binding> bindings) implements BindingTable {
    static final RandomBindings EMPTY = new RandomBindings(List.of());

    @Override
    public RandomBindings with(Binding binding) {
        return new RandomBindings(BindingTable.plus(bindings, binding));
    }

    @Override
    public RandomBindings without(Binding binding) {
        return new RandomBindings(BindingTable.minus(bindings, binding));
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        if (!bindings.isEmpty()) {
            int picked = ThreadLocalRandom.current().nextInt(bindings.size());
            found.accept(bindings.get(picked).destination());
        }
    }

    @Override
    public boolean goesByKeysAlone() {
        return false;
    }
}
