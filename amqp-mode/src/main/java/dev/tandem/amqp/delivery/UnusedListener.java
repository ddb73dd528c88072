package dev.tandem.amqp.delivery;

/** Hears that an auto-delete queue has lost its last consumer. */
@FunctionalInterface
public interface UnusedListener {
    /** Runs on the queue's owner. */
    void onUnused(MessageQueue queue);
}
