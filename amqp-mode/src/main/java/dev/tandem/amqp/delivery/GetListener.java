package dev.tandem.amqp.delivery;

import dev.tandem.storage.record.MessageView;
import org.jspecify.annotations.Nullable;

/** Hears what {@code basic.get} found. */
@FunctionalInterface
public interface GetListener {

    /**
     * Runs on the queue's owner.
     *
     * @param message null when no message was ready
     * @param remaining ready messages that are left
     */
    void onMessage(@Nullable MessageView message, boolean redelivered, long remaining);
}
