package dev.tandem.amqp.delivery;

import dev.tandem.storage.cursor.DeliveryCounts;

/**
 * Which messages of a queue wait for a consumer: everything from the read position to the log's end that was not
 * acknowledged before the broker started, and the returned ones, which come first. Belongs to the queue's owner.
 */
final class ReadyMessages {
    private final QueueLog log;
    private final ReturnedOffsets returned = new ReturnedOffsets();
    private DeliveryCounts deliveries = new DeliveryCounts();
    private long readPosition;
    private long acknowledgedAhead;
    private long settledEnd;

    ReadyMessages(QueueLog log) {
        this.log = log;
    }

    /** Takes over what the log knows of the time before this start of the broker. */
    void startFromLog() {
        readPosition = log.start();
        acknowledgedAhead = log.acknowledgedBefore();
        deliveries = log.deliveryCounts();
    }

    long count() {
        return log.end() - readPosition - acknowledgedAhead + returned.size();
    }

    boolean isEmpty() {
        return count() == 0;
    }

    /** Whether one of them was delivered before and came back. */
    boolean hasReturned() {
        return !returned.isEmpty();
    }

    /** Every message below it was delivered, or acknowledged before the broker started. */
    long readPosition() {
        return readPosition;
    }

    /** The offset of the next message; there is one. */
    long nextOffset() {
        if (!returned.isEmpty()) {
            return returned.lowest();
        }
        long next = log.nextUnacknowledged(readPosition);
        acknowledgedAhead -= next - readPosition;
        readPosition = next;
        return next;
    }

    /** What is in the log now has had its chance to be delivered at once. */
    void settleIn() {
        settledEnd = log.end();
    }

    /** Whether a message was there when {@link #settleIn} was called last. */
    boolean isSettled(long offset) {
        return offset < settledEnd;
    }

    /** Takes the next message out; true when it had been returned. */
    boolean takeNext() {
        if (!returned.isEmpty()) {
            returned.removeLowest();
            return true;
        }
        readPosition = nextOffset() + 1;
        return false;
    }

    /** A delivered message goes back to where it was. */
    void giveBack(long offset) {
        returned.add(offset);
        deliveries.increment(offset);
        log.countReturn(offset);
    }

    /** How often a message was delivered and came back, in this run of the broker or before. */
    int deliveryCount(long offset) {
        return deliveries.of(offset);
    }

    /** A message is gone for good. */
    void acknowledge(long offset) {
        forget(offset);
        log.acknowledge(offset);
    }

    /** A message is gone for good, and the log knows. */
    void forget(long offset) {
        deliveries.remove(offset);
    }

    /** Acknowledges all of them; the result is how many. */
    long discardAll() {
        long count = count();
        while (!returned.isEmpty()) {
            acknowledge(returned.removeLowest());
        }
        deliveries.remove(readPosition, log.end());
        log.acknowledgeFrom(readPosition);
        readPosition = log.end();
        acknowledgedAhead = 0;
        return count;
    }
}
