package dev.tandem.amqp.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The bindings of one exchange, arranged for its type. Immutable: a change makes a new table. */
sealed interface BindingTable
        permits ConsistentHashBindings, DirectBindings, FanoutBindings, HeadersBindings, RandomBindings, TopicBindings {

    /** This table with one binding more; the caller has checked that it is new. */
    BindingTable with(Binding binding);

    /** This table without a binding. */
    BindingTable without(Binding binding);

    /** Passes the destination of every matching binding to {@code found}, possibly several times. */
    void match(Address address, Consumer<Destination> found);

    /** Whether messages with the same routing keys always take the same way. */
    default boolean goesByKeysAlone() {
        return true;
    }

    /** A list with one element more. */
    static List<Binding> plus(List<Binding> bindings, Binding binding) {
        var more = new ArrayList<Binding>(bindings.size() + 1);
        more.addAll(bindings);
        more.add(binding);
        return List.copyOf(more);
    }

    /** A list without an element. */
    static List<Binding> minus(List<Binding> bindings, Binding binding) {
        var fewer = new ArrayList<>(bindings);
        fewer.remove(binding);
        return List.copyOf(fewer);
    }
}
