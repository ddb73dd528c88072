package dev.tandem.amqp.delivery;

/**
 * A delivery that was taken out of an {@link UnackedLedger} and may come back to it.
 *
 * @param offset of the message in the queue's log
 */
public record Unacked(long tag, long offset, Consumer consumer) {}
