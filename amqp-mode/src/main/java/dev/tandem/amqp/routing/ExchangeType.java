package dev.tandem.amqp.routing;

import java.util.Optional;

/** The exchange types that are built. */
public enum ExchangeType {
    DIRECT("direct") {
        @Override
        BindingTable emptyTable() {
            return DirectBindings.EMPTY;
        }
    },
    FANOUT("fanout") {
        @Override
        BindingTable emptyTable() {
            return FanoutBindings.EMPTY;
        }
    },
    TOPIC("topic") {
        @Override
        BindingTable emptyTable() {
            return TopicBindings.EMPTY;
        }
    },
    HEADERS("headers") {
        @Override
        BindingTable emptyTable() {
            return HeadersBindings.EMPTY;
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

    abstract BindingTable emptyTable();

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
