package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.deadletter.DeathReason;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The head of a queue, where messages leave it: reads the next one, and drops those that have expired or are too many.
 * Belongs to the queue's owner.
 *
 * <p>How much is dropped in one turn is limited, so that a storm leaves other queues of the event loop their turns; where
 * dropped messages are dead-lettered, they wait for room in the batches that carry them.
 */
final class QueueHead {
    private static final int TURN_DROPS = 1024;

    private final QueueMessages messages;
    private final HeadExpiry expiry;
    private final LengthLimit limit;
    private final @Nullable DeadLetters deadLetters;
    private final long deliveryLimit;
    private final @Nullable ReadyBytes bytes;
    private final Runnable wakeLater;
    /** How many messages may still be dropped in this turn. */
    private int drops = TURN_DROPS;

    /**
     * The head of a queue.
     *
     * @param bytes of what is ready; null when nobody asks for them
     * @param deadLetters takes what is dropped; null when nobody wants it
     * @param wakeLater asks for another turn of the queue
     */
    QueueHead(
            QueueMessages messages,
            HeadExpiry expiry,
            LengthLimit limit,
            @Nullable ReadyBytes bytes,
            @Nullable DeadLetters deadLetters,
            QueueOptions options,
            Runnable wakeLater) {
        this.messages = messages;
        this.expiry = expiry;
        this.limit = limit;
        this.deadLetters = deadLetters;
        this.deliveryLimit = options.deliveryLimit();
        this.bytes = bytes;
        this.wakeLater = wakeLater;
    }

    /**
     * Begins a turn.
     *
     * @return false while a message that consumers dropped is being fetched: nothing else is read before it
     */
    boolean beginTurn() {
        drops = TURN_DROPS;
        return deadLetters == null || deadLetters.readDropped();
    }

    /** What was dropped in this turn goes on its way. */
    void endTurn() {
        if (deadLetters != null) {
            deadLetters.endTurn();
        }
    }

    /** The queue is about to be deleted: what can be dead-lettered still is, and no timer is left. */
    void end() {
        if (deadLetters != null) {
            deadLetters.readDropped();
            deadLetters.endTurn();
        }
        expiry.end();
    }

    // ---- the next message

    /** How many messages are ready, but for those that will be dropped before anything else happens to them. */
    long readyCount() {
        return limit.withoutExcess(messages.readyCount());
    }

    /** The next message; null when there is none, or none in this turn. Drops expired ones on the way to it. */
    @Nullable
    MessageView peek() {
        MessageView message = read();
        while (message != null && expiry.isExpired(message)) {
            message = drop(message, DeathReason.EXPIRED) ? read() : null;
        }
        return message;
    }

    /**
     * As {@link #peek}, for a consumer that waits for messages: what arrived since the last full turn is delivered if it can
     * be at once, even with a time to live of 0.
     */
    @Nullable
    MessageView peekDeliverable() {
        MessageView message = read();
        while (message != null && messages.isSettled(message.offset()) && expiry.isExpired(message)) {
            message = drop(message, DeathReason.EXPIRED) ? read() : null;
        }
        return message;
    }

    /**
     * Drops what has expired, and has the message watched that will.
     *
     * @return false when there was nothing to do
     */
    boolean watch() {
        if (!expiry.isExpected() || messages.isEmpty() || expiry.watches(messages.nextPosition())) {
            return false;
        }
        MessageView message = peekDeliverable();
        if (message == null) {
            return false; // none left, or none in this turn
        }
        expiry.watch(message);
        return true;
    }

    /** Drops what is more than the queue may hold, the oldest first; what cannot go in this turn does in another. */
    void dropExcess() {
        if (bytes == null) {
            dropTooMany();
            return;
        }
        bytes.count();
        while (!messages.isEmpty() && (limit.excess(messages.readyCount()) > 0 || limit.isExceededBy(bytes.ready()))) {
            MessageView message = read();
            if (message == null || !drop(message, DeathReason.MAXLEN)) {
                return;
            }
        }
    }

    private void dropTooMany() {
        for (long excess = limit.excess(messages.readyCount()); excess > 0; excess--) {
            if (deadLetters == null) {
                long position = messages.nextPosition();
                messages.take(position);
                messages.acknowledge(position);
            } else {
                MessageView message = read();
                if (message == null || !drop(message, DeathReason.MAXLEN)) {
                    return;
                }
            }
        }
    }

    /**
     * The queue is as it is: tells how much more it takes.
     *
     * @param arrived how many messages ever arrived
     * @param deliverable how many its consumers could be sent at once
     */
    void updateLimit(long arrived, long deliverable) {
        long waiting = deadLetters == null ? 0 : deadLetters.waitingCount();
        long count = messages.readyCount() + waiting;
        if (bytes == null) {
            limit.update(arrived, count, deliverable, 0, 0);
        } else {
            bytes.count();
            long waitingBytes = deadLetters == null ? 0 : deadLetters.waitingBytes();
            limit.update(arrived, count, deliverable, bytes.arrived(), bytes.ready() + waitingBytes);
        }
    }

    private @Nullable MessageView read() {
        return messages.isEmpty() ? null : messages.read(messages.nextPosition());
    }

    /** Drops the next message; false when so many went that others come first: the queue is woken then. */
    private boolean drop(MessageView message, DeathReason reason) {
        if (drops == 0) {
            wakeLater.run();
            return false;
        }
        if (deadLetters == null) {
            messages.take(message.offset());
            messages.acknowledge(message.offset());
        } else if (deadLetters.hasRoom()) {
            messages.take(message.offset());
            messages.forget(message.offset());
            deadLetters.add(message, reason);
        } else {
            return false;
        }
        drops--;
        if (bytes != null) {
            bytes.left(message);
        }
        return true;
    }

    // ---- messages that were taken, or never came

    /** A message is delivered; true when it was before. */
    boolean take(MessageView message, boolean isNoAck) {
        boolean again = messages.take(message.offset()) || messages.wasDelivered(message.offset());
        if (isNoAck) {
            messages.acknowledge(message.offset());
            if (bytes != null) {
                bytes.left(message);
            }
        } else if (bytes != null) {
            bytes.delivered(message);
        }
        return again;
    }

    /** A consumer is done with a message. */
    void acknowledge(long position) {
        messages.acknowledge(position);
        settled(position);
    }

    /** A consumer is done with a message, and the log knows. */
    void forget(long position) {
        messages.forget(position);
        settled(position);
    }

    /** A consumer rejected a message. */
    void reject(long position) {
        dropDelivered(position, DeathReason.REJECTED);
    }

    private int settled(long position) {
        return bytes == null ? 0 : bytes.settled(position);
    }

    /** Discards everything that is ready; the result is how much. */
    long purge() {
        long count = readyCount();
        messages.discardAll();
        if (bytes != null) {
            bytes.discarded();
        }
        if (deadLetters != null) {
            deadLetters.discardHeld();
        }
        return count;
    }

    /** A message comes back, unless it did so too often. */
    void giveBack(long position) {
        if (deliveryLimit != QueueOptions.UNLIMITED && messages.deliveryCount(position) >= deliveryLimit) {
            dropDelivered(position, DeathReason.DELIVERY_LIMIT);
        } else {
            messages.giveBack(position);
            if (bytes != null) {
                bytes.cameBack(position);
            }
        }
    }

    private void dropDelivered(long position, DeathReason reason) {
        int bodyLength = settled(position);
        if (deadLetters == null) {
            messages.acknowledge(position);
        } else {
            messages.forget(position);
            deadLetters.drop(position, reason, bodyLength);
        }
    }

    /** Whether messages that the queue does not take are dead-lettered; any thread. */
    boolean deadLettersRejected() {
        return deadLetters != null && limit.deadLettersRejected();
    }

    /** The queue did not take a message. */
    void addRejected(Slice record) {
        if (deadLetters != null) {
            deadLetters.addRejected(record);
        }
    }
}
