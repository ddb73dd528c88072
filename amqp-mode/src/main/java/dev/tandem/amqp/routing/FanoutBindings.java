package dev.tandem.amqp.routing;

import java.util.List;
import java.util.function.Consumer;

/** Every binding matches (AMQP 0-9-1 §3.1.3.2). */
record FanoutBindings(List<Binding> bindings) implements BindingTable {
    static final FanoutBindings EMPTY = new FanoutBindings(List.of());

    @Override
    public FanoutBindings with(Binding binding) {
        return new FanoutBindings(BindingTable.plus(bindings, binding));
    }

    @Override
    public FanoutBindings without(Binding binding) {
        return new FanoutBindings(BindingTable.minus(bindings, binding));
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        for (Binding binding : bindings) {
            found.accept(binding.destination());
        }
    }
}
