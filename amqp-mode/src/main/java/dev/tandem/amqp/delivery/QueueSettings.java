package dev.tandem.amqp.delivery;

import dev.tandem.amqp.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * What a queue was declared with.
 *
 * @param durable it, and persistent messages in it, outlive the broker; never true for an exclusive queue
 * @param autoDelete it goes away with its last consumer
 * @param exclusiveTo the one connection that may use it; null for any
 */
public record QueueSettings(
        String vhost,
        String name,
        boolean durable,
        boolean autoDelete,
        @Nullable Object exclusiveTo,
        FieldTable arguments) {

    /** As error texts name it. */
    public String describe() {
        return "queue '" + name + "' in vhost '" + vhost + "'";
    }

    public boolean isExclusive() {
        return exclusiveTo != null;
    }
}
