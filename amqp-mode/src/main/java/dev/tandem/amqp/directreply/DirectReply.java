package dev.tandem.amqp.directreply;

import dev.tandem.storage.record.Slice;

/** An answer on its way. */
public record DirectReply(Slice exchange, Slice routingKey, Slice properties, Slice body) {

    /** Heap that it takes, about. */
    public int sizeInBytes() {
        return body.length() + properties.length() + 128;
    }
}
