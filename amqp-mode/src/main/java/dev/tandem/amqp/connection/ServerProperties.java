package dev.tandem.amqp.connection;

import dev.tandem.amqp.wire.FieldTable;
import java.util.Optional;

/** What {@code connection.start} says about this server. */
final class ServerProperties {
    /** What the broker calls itself where RabbitMQ names a node or its cluster. */
    static final String NODE = "tandem";

    /**
     * Client libraries switch features on by product and version, and what they find here is RabbitMQ 4.2; our own name
     * stands in {@code platform}.
     */
    private static final String PRODUCT = "RabbitMQ";

    private static final String VERSION = "4.2.0";

    private ServerProperties() {}

    static FieldTable table() {
        String tandem = Optional.ofNullable(ServerProperties.class.getPackage().getImplementationVersion())
                .orElse("0.1.0");
        return FieldTable.builder()
                .put("capabilities", capabilities())
                .put("cluster_name", NODE)
                .put("copyright", "Copyright (c) the Tandem authors")
                .put("information", "Licensed under the Apache License 2.0")
                .put(
                        "platform",
                        "Tandem " + tandem + " on Java " + Runtime.version().feature())
                .put("product", PRODUCT)
                .put("version", VERSION)
                .build();
    }

    private static FieldTable capabilities() {
        return FieldTable.builder()
                .put("publisher_confirms", true)
                .put("exchange_exchange_bindings", true)
                .put("basic.nack", true)
                .put("consumer_cancel_notify", true)
                .put("connection.blocked", true)
                .put("consumer_priorities", true)
                .put("authentication_failure_close", true)
                .put("per_consumer_qos", true)
                .put("direct_reply_to", true)
                .build();
    }
}
