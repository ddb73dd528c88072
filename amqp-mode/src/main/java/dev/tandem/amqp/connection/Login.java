package dev.tandem.amqp.connection;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who a client is and what it says about itself, from {@code connection.start-ok}. */
record Login(User user, FieldTable clientProperties, ClientCapabilities capabilities) {

    /** Product and version of the client library; empty when it says neither. */
    String client() {
        return Stream.of(text("product"), text("version"))
                .filter(s -> !s.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** The name that the application gave its connection; empty when it gave none. */
    String userProvidedName() {
        return text("connection_name");
    }

    private String text(String property) {
        return clientProperties.find(property).orElse(null) instanceof FieldValue.LongString value ? value.text() : "";
    }
}
