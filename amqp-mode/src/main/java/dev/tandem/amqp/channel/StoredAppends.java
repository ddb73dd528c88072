package dev.tandem.amqp.channel;

import dev.tandem.amqp.delivery.LongArray;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a channel publishes to stored queues in one turn, and what a transaction acknowledges there: the changes of one
 * commit, and the queue each is for.
 */
final class StoredAppends {
    private final List<Change> changes = new ArrayList<>();
    /** The queue of each change; null for a body that messages behind it refer to. */
    private final List<@Nullable MessageQueue> targets = new ArrayList<>();
    /** The sequence number of each change's message; 0 where there is none. */
    private final LongArray sequences = new LongArray();

    private boolean mayBeRejected;

    /** Stores a body for the messages added next; returns what they refer to it by. */
    BodyReference storeBody(Slice body) {
        var reference = BodyReference.to(body);
        add(null, new Change.StoreBody(body, reference.crc()), 0);
        return reference;
    }

    /**
     * Adds a message for a queue.
     *
     * @param sequence the number of its publish, 0 without confirms
     */
    void add(MessageQueue queue, Change.AppendMessage message, long sequence) {
        add((@Nullable MessageQueue) queue, (Change) message, sequence);
        mayBeRejected |= message.offsetLimit() != Long.MAX_VALUE;
    }

    /** Acknowledges offsets of a stored queue with the messages. */
    void acknowledge(MessageQueue queue, LongArray offsets) {
        queue.acknowledgements(offsets).forEach(change -> add(queue, change, 0));
    }

    private void add(@Nullable MessageQueue target, Change change, long sequence) {
        changes.add(change);
        targets.add(target);
        sequences.add(sequence);
    }

    /** Tells, once they are applied, of the messages that their queues did not take. */
    void forEachRejected(CommitResult result, RejectedMessage rejected) {
        for (int i = 0; mayBeRejected && i < changes.size(); i++) {
            MessageQueue target = targets.get(i);
            if (target != null
                    && changes.get(i) instanceof Change.AppendMessage message
                    && result.value(i) == Change.AppendMessage.NOT_APPENDED) {
                rejected.on(target, message.record(), sequences.get(i));
            }
        }
    }

    /** Hears of a message that a queue did not take. */
    @FunctionalInterface
    interface RejectedMessage {
        void on(MessageQueue queue, Slice record, long sequence);
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    int size() {
        return changes.size();
    }

    List<Change> changes() {
        return changes;
    }

    /** The same without what is for queues that are deleted, and without bodies that only those refer to. */
    StoredAppends withoutDeletedQueues() {
        var rest = new StoredAppends();
        rest.mayBeRejected = mayBeRejected;
        Change body = null;
        for (int i = 0; i < changes.size(); i++) {
            MessageQueue target = targets.get(i);
            if (target == null) {
                body = changes.get(i);
            } else if (!target.isDeleted()) {
                Change change = changes.get(i);
                if (change instanceof Change.AppendMessage message && message.sharesBody() && body != null) {
                    rest.add(null, body, 0);
                    body = null;
                }
                rest.add(target, change, sequences.get(i));
            }
        }
        return rest;
    }
}
