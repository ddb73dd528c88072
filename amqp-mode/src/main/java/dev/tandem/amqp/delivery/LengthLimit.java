package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.Overflow;
import dev.tandem.amqp.argument.QueueOptions;

/**
 * How much may be ready in a queue: messages ({@code x-max-length}) and bytes of their bodies ({@code x-max-length-bytes};
 * RabbitMQ, "Queue Length Limit"). What is delivered and not settled does not count.
 *
 * <p>A queue that takes no more than that says so before a message is on its way ({@link #admit}): publishers ask on their
 * own threads, under a lock held for a few instructions. The limit is one for all that was ever let in. It follows from what
 * the owner knows, and stays true however many messages are on their way, for they count as let in already. What consumers
 * could be sent at once would never be ready, and is let in beyond the limit.
 */
final class LengthLimit {
    private final long maxLength;
    private final long maxBytes;
    private final Overflow overflow;

    // Under this object's lock: what was let in since the queue's logs began, and their bytes since this start of the
    // broker.
    private long admitted;
    private long admittedBytes;
    /** Up to here consumers could be sent at once what is let in. */
    private long deliverableLimit;

    private long messageLimit;
    private long byteLimit;

    LengthLimit(QueueOptions options) {
        this.maxLength = options.maxLength();
        this.maxBytes = options.maxLengthBytes();
        this.overflow = options.overflow();
        this.messageLimit = maxLength;
        this.byteLimit = maxBytes;
    }

    private boolean isLimited() {
        return maxLength != QueueOptions.UNLIMITED || maxBytes != QueueOptions.UNLIMITED;
    }

    /** Whether the queue rejects what is too much, rather than dropping older messages. */
    boolean rejects() {
        return isLimited() && overflow != Overflow.DROP_HEAD;
    }

    /** Whether what it rejects is dead-lettered. */
    boolean deadLettersRejected() {
        return overflow == Overflow.REJECT_PUBLISH_DLX;
    }

    // ---- a queue that drops

    /** How many of the ready messages must be dropped for their number. */
    long excess(long ready) {
        return rejects() ? 0 : Math.max(0, ready - maxLength);
    }

    /** Whether ready messages must be dropped for their bytes. */
    boolean isExceededBy(long readyBytes) {
        return !rejects() && readyBytes > maxBytes;
    }

    /** How many messages are ready, those left out that will be dropped before anything else happens to them. */
    long withoutExcess(long ready) {
        return ready - excess(ready);
    }

    // ---- a queue that rejects

    /** Lets a message in if there is room for it; any thread. One that does not come is to be withdrawn. */
    boolean admit(int bodyLength) {
        if (!rejects()) {
            return true;
        }
        synchronized (this) {
            boolean isFull = admitted >= messageLimit || bodyLength > byteLimit - admittedBytes;
            if (isFull && admitted >= deliverableLimit) {
                return false;
            }
            admitted++;
            admittedBytes += bodyLength;
            return true;
        }
    }

    /** Messages come back that were withdrawn: there is no way to reject them any more; any thread. */
    synchronized void admitAgain(int bodyLength) {
        admitted++;
        admittedBytes += bodyLength;
    }

    /** A message that was let in did not come; any thread. */
    synchronized void withdraw(int bodyLength) {
        admitted--;
        admittedBytes -= bodyLength;
    }

    /** A log begins with messages of the time before this start of the broker. */
    synchronized void startWith(long messages) {
        admitted += messages;
    }

    /**
     * The queue is as it is.
     *
     * @param arrived how many messages ever arrived in its logs
     * @param ready how many of them are ready
     * @param deliverable how many its consumers could be sent at once
     * @param arrivedBytes bytes that arrived since this start of the broker, as far as the owner has counted
     * @param readyBytes bytes that are ready, likewise
     */
    synchronized void update(long arrived, long ready, long deliverable, long arrivedBytes, long readyBytes) {
        deliverableLimit = sum(arrived - ready, deliverable);
        messageLimit = sum(deliverableLimit, maxLength);
        byteLimit = sum(arrivedBytes - readyBytes, maxBytes);
    }

    private static long sum(long some, long more) {
        return some > 0 && more > Long.MAX_VALUE - some ? Long.MAX_VALUE : some + more;
    }
}
