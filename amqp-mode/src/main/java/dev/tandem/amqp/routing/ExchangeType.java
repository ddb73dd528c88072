package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;
import java.util.Optional;

/** The exchange types that are built. */
public enum ExchangeType {
    DIRECT("direct") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return DirectBindings.EMPTY;
        }
    },
    FANOUT("fanout") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return FanoutBindings.EMPTY;
        }
    },
    TOPIC("topic") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return TopicBindings.EMPTY;
        }
    },
    HEADERS("headers") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return HeadersBindings.EMPTY;
        }
    },
    CONSISTENT_HASH("x-consistent-hash") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return ConsistentHashBindings.by(HashSource.of(arguments));
        }
    },
    RANDOM("x-random") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return RandomBindings.EMPTY;
        }
    },
    LOCAL_RANDOM("x-local-random") {
        @Override
        BindingTable emptyTable(FieldTable arguments) {
            return RandomBindings.EMPTY;
        }
    };

    private final String wireName;

    ExchangeType(String wireName) {
        this.wireName = wireName;
    }

    /** As {@code exchange.declare} names it. */
    public String wireName() {
        return wireName;
    }

    /** The table of an exchange with these arguments. */
    abstract BindingTable emptyTable(FieldTable arguments);

    /** The type of a name, empty for an unknown one. */
    public static Optional<ExchangeType> named(String wireName) {
        for (ExchangeType type : values()) {
            if (type.wireName.equals(wireName)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
