package dev.tandem.amqp.connection;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;

/** What a client says it understands, from {@code capabilities} of its client properties. */
public record ClientCapabilities(
        boolean publisherConfirms,
        boolean basicNack,
        boolean consumerCancelNotify,
        boolean connectionBlocked,
        boolean authenticationFailureClose,
        boolean exchangeExchangeBindings) {
    public static final ClientCapabilities NONE = new ClientCapabilities(false, false, false, false, false, false);

    /** Reads them; what is absent or no boolean is false. */
    public static ClientCapabilities of(FieldTable clientProperties) {
        if (clientProperties.find("capabilities").orElse(null) instanceof FieldValue.Table capabilities) {
            var table = capabilities.table();
            return new ClientCapabilities(
                    has(table, "publisher_confirms"),
                    has(table, "basic.nack"),
                    has(table, "consumer_cancel_notify"),
                    has(table, "connection.blocked"),
                    has(table, "authentication_failure_close"),
                    has(table, "exchange_exchange_bindings"));
        }
        return NONE;
    }

    private static boolean has(FieldTable capabilities, String name) {
        return capabilities.find(name).orElse(null) instanceof FieldValue.Bool flag && flag.value();
    }
}
