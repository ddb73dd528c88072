package dev.tandem.amqp.channel;

import dev.tandem.amqp.delivery.LongArray;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a channel publishes to stored queues in one turn, and what a transaction acknowledges there: the changes of one
 * commit, and the queue each is for.
 */
final class StoredAppends {
    private final List<Change> changes = new ArrayList<>();
    /** The queue of each change; null for a body that messages behind it refer to. */
    private final List<@Nullable MessageQueue> targets = new ArrayList<>();
    /** The body length of each change's message; 0 where there is none. */
    private final LongArray lengths = new LongArray();

    /** Stores a body for the messages added next; returns what they refer to it by. */
    BodyReference storeBody(Slice body) {
        var reference = BodyReference.to(body);
        add(null, new Change.StoreBody(body, reference.crc()), 0);
        return reference;
    }

    /** Adds a message for a queue, which has admitted it. */
    void add(MessageQueue queue, Change.AppendMessage message, int bodyLength) {
        add((@Nullable MessageQueue) queue, (Change) message, bodyLength);
    }

    /** Acknowledges offsets of a stored queue with the messages. */
    void acknowledge(MessageQueue queue, LongArray offsets) {
        queue.acknowledgements(offsets).forEach(change -> add(queue, change, 0));
    }

    private void add(@Nullable MessageQueue target, Change change, long bodyLength) {
        changes.add(change);
        targets.add(target);
        lengths.add(bodyLength);
    }

    /** The messages were not stored: their queues have the room back. */
    void withdraw() {
        forEachMessage(MessageQueue::withdraw);
    }

    /** The messages are tried once more. */
    void admitAgain() {
        forEachMessage(MessageQueue::admitAgain);
    }

    private void forEachMessage(ObjIntConsumer<MessageQueue> taker) {
        for (int i = 0; i < changes.size(); i++) {
            MessageQueue target = targets.get(i);
            if (target != null && changes.get(i) instanceof Change.AppendMessage) {
                taker.accept(target, (int) lengths.get(i));
            }
        }
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
                rest.add(target, change, lengths.get(i));
            }
        }
        return rest;
    }
}
