package dev.tandem.amqp.delivery;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.storage.record.MessageView;
import org.jspecify.annotations.Nullable;

/** Hears what {@code basic.get} found. */
public interface GetListener {

    /**
     * Runs on the queue's owner.
     *
     * @param message null when no message was ready
     * @param remaining ready messages that are left
     */
    void onMessage(@Nullable MessageView message, boolean redelivered, long remaining);

    /** Runs on the queue's owner, instead: the next message cannot be read. */
    void onUnreadable(AmqpException error);
}
