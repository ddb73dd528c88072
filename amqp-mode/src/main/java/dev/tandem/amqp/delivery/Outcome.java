package dev.tandem.amqp.delivery;

/** What a client makes of a delivery. */
public enum Outcome {
    /** {@code basic.ack}. */
    ACKNOWLEDGED,
    /** {@code basic.reject} or {@code basic.nack} without requeue. */
    REJECTED,
    /** {@code basic.reject} or {@code basic.nack} with requeue. */
    REQUEUED
}
