package dev.tandem.amqp.delivery;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.MessageView;

/** The header by which a quorum queue tells consumers how often a message came back. */
final class DeliveryCountHeader {
    private static final String NAME = "x-delivery-count";

    private DeliveryCountHeader() {}

    /** The message as it is delivered: with the header, unless it never came back. */
    static MessageView mark(MessageView message, int count) {
        if (count == 0) {
            return message;
        }
        ContentProperties properties = ContentProperties.parse(message.properties());
        var headers = FieldTable.builder();
        properties.headers().entries().forEach((name, value) -> {
            if (!name.equals(NAME)) {
                headers.put(name, value);
            }
        });
        headers.put(NAME, count);
        return message.withProperties(properties.withHeaders(headers.build()).bytes());
    }
}
