package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** An exchange with its bindings and counters. Equal by identity. */
public final class Exchange implements Destination {
    /** The argument that names an alternate exchange. */
    public static final String ALTERNATE_EXCHANGE = "alternate-exchange";

    private final String vhost;
    private final String name;
    private final ExchangeType type;
    private final boolean durable;
    private final boolean autoDelete;
    private final boolean internal;
    private final FieldTable arguments;
    private final Set<Binding> bindings = ConcurrentHashMap.newKeySet();
    private final LongAdder published = new LongAdder();
    private final LongAdder routed = new LongAdder();
    private final LongAdder unroutable = new LongAdder();
    private volatile BindingTable table;

    public Exchange(
            String vhost,
            String name,
            ExchangeType type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            FieldTable arguments) {
        this.vhost = vhost;
        this.name = name;
        this.type = type;
        this.durable = durable;
        this.autoDelete = autoDelete;
        this.internal = internal;
        this.arguments = arguments;
        this.table = type.emptyTable(arguments);
    }

    @Override
    public String name() {
        return name;
    }

    /** As error texts name it. */
    public String describe() {
        return "exchange '" + name + "' in vhost '" + vhost + "'";
    }

    @Override
    public String kind() {
        return "exchange";
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    public ExchangeType type() {
        return type;
    }

    /** Whether it goes away with the last binding from it. */
    public boolean isAutoDelete() {
        return autoDelete;
    }

    /** Whether clients may not publish to it. */
    public boolean isInternal() {
        return internal;
    }

    public FieldTable arguments() {
        return arguments;
    }

    /** The bindings from this exchange; may be read on any thread. */
    public Set<Binding> bindings() {
        return bindings;
    }

    /** Adds a binding; false when it is there already. */
    public boolean bind(Binding binding) {
        if (!bindings.add(binding)) {
            return false;
        }
        table = table.with(binding);
        return true;
    }

    /** Removes a binding; false when there is none. */
    public boolean unbind(Binding binding) {
        if (!bindings.remove(binding)) {
            return false;
        }
        table = table.without(binding);
        return true;
    }

    /** Passes the destination of every matching binding to {@code found}, possibly several times. */
    void match(Address address, Consumer<Destination> found) {
        table.match(address, found);
    }

    /** Whether messages with the same routing keys always take the same way. */
    boolean goesByKeysAlone() {
        return table.goesByKeysAlone();
    }

    /** Where messages go that no binding matches, if the exchange was declared with it. */
    public Optional<String> alternateExchange() {
        return arguments
                .find(ALTERNATE_EXCHANGE)
                .filter(FieldValue.LongString.class::isInstance)
                .map(name -> ((FieldValue.LongString) name).text());
    }

    /** Messages published to it. */
    public LongAdder published() {
        return published;
    }

    /** Messages published to it that reached a queue. */
    public LongAdder routed() {
        return routed;
    }

    /** Messages published to it that reached none. */
    public LongAdder unroutable() {
        return unroutable;
    }
}
