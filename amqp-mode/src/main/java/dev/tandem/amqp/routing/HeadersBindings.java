package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A binding's arguments are compared with the message's headers (AMQP 0-9-1 §3.1.3.4): all of them or any, as {@code
 * x-match} says. A void argument asks for presence alone.
 */
record HeadersBindings(List<Binding> bindings) implements BindingTable {
    static final HeadersBindings EMPTY = new HeadersBindings(List.of());

    @Override
    public HeadersBindings with(Binding binding) {
        return new HeadersBindings(BindingTable.plus(bindings, binding));
    }

    @Override
    public HeadersBindings without(Binding binding) {
        return new HeadersBindings(BindingTable.minus(bindings, binding));
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        Map<String, FieldValue> entries = address.properties().headers().entries();
        for (Binding binding : bindings) {
            if (matches(binding.arguments(), entries)) {
                found.accept(binding.destination());
            }
        }
    }

    @Override
    public boolean goesByKeysAlone() {
        return false;
    }

    private static boolean matches(FieldTable pattern, Map<String, FieldValue> headers) {
        HeadersMatch how = HeadersMatch.of(pattern).orElse(HeadersMatch.ALL);
        for (Map.Entry<String, FieldValue> wanted : pattern.entries().entrySet()) {
            if (!how.ignores(wanted.getKey())) {
                FieldValue value = headers.get(wanted.getKey());
                boolean isMatch = value != null
                        && (wanted.getValue() instanceof FieldValue.Void
                                || wanted.getValue().matches(value));
                if (isMatch == how.isAny()) {
                    return isMatch;
                }
            }
        }
        return !how.isAny();
    }
}
