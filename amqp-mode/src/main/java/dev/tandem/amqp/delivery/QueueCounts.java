package dev.tandem.amqp.delivery;

/**
 * A queue's counts at one moment.
 *
 * @param ready messages that wait for a consumer
 * @param unacked messages that were delivered and are not settled
 */
public record QueueCounts(long ready, long unacked, int consumers) {
    static final QueueCounts NONE = new QueueCounts(0, 0, 0);
}
