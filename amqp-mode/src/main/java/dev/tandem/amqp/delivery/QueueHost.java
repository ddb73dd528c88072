package dev.tandem.amqp.delivery;

import dev.tandem.amqp.routing.Address;
import java.util.Collection;

/** What a queue asks of the virtual host that it is in. */
public interface QueueHost {

    /** An auto-delete queue has lost its last consumer, or a queue's lease is over; on the queue's owner. */
    void onUnused(MessageQueue queue);

    /** What a queue reads is gone, and the queue should be; on its owner. */
    void onLost(MessageQueue queue);

    /**
     * The queues that a dead letter reaches, each once; none when there is no such exchange. Any thread.
     *
     * @param exchange may be an internal one
     */
    Collection<MessageQueue> routeDeadLetter(String exchange, Address address);
}
