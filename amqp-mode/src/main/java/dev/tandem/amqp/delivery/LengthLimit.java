package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.Overflow;
import dev.tandem.amqp.argument.QueueOptions;

/**
 * How many messages may be ready in a queue ({@code x-max-length}; RabbitMQ, "Queue Length Limit"). What is delivered and not
 * settled does not count.
 *
 * <p>A queue that takes no more than that says so by an offset: below it appends are welcome. It follows from what the owner
 * knows, and stays true however many messages are on their way, for they move the end of the log towards it. What consumers
 * could be sent at once would never be ready, and is let in beyond the limit.
 */
final class LengthLimit {
    private final long maxLength;
    private final Overflow overflow;
    private volatile long offsetLimit;

    LengthLimit(QueueOptions options) {
        this.maxLength = options.maxLength();
        this.overflow = options.overflow();
        this.offsetLimit = rejects() ? maxLength : Long.MAX_VALUE;
    }

    /** Whether the queue rejects what is too much, rather than dropping older messages. */
    boolean rejects() {
        return maxLength != QueueOptions.UNLIMITED && overflow != Overflow.DROP_HEAD;
    }

    /** Whether what it rejects is dead-lettered. */
    boolean deadLettersRejected() {
        return overflow == Overflow.REJECT_PUBLISH_DLX;
    }

    /** How many of the ready messages must be dropped. */
    long excess(long ready) {
        return rejects() ? 0 : Math.max(0, ready - maxLength);
    }

    /** How many messages are ready, those left out that will be dropped before anything else happens to them. */
    long withoutExcess(long ready) {
        return ready - excess(ready);
    }

    /** Below which offset the queue takes messages; any thread. */
    long offsetLimit() {
        return offsetLimit;
    }

    /**
     * The queue is as it is.
     *
     * @param end of its log
     * @param deliverable how many messages its consumers could be sent at once
     */
    void update(long end, long ready, long deliverable) {
        if (rejects()) {
            long room = maxLength - ready + deliverable;
            offsetLimit = room > Long.MAX_VALUE - end ? Long.MAX_VALUE - 1 : end + room;
        }
    }
}
