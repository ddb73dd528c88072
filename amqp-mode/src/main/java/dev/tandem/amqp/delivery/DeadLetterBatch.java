package dev.tandem.amqp.delivery;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dead letters that leave a queue together, and where they go. */
final class DeadLetterBatch {
    private final LongArray offsets = new LongArray();
    private final List<Change.AppendMessage> appends = new ArrayList<>();
    private final List<MessageQueue> targets = new ArrayList<>();
    private final Map<MessageQueue, List<Slice>> transientAppends = new LinkedHashMap<>();
    private int size;
    private long countedBytes;
    private long bytes;

    /** A message is in it; the one at an offset of the queue, unless that is negative. */
    void add(long offset, int bodyLength) {
        size++;
        countedBytes += bodyLength;
        if (offset >= 0) {
            offsets.add(offset);
        }
    }

    void addStored(MessageQueue target, Change.AppendMessage append) {
        targets.add(target);
        appends.add(append);
        bytes += append.record().length();
    }

    void addTransient(MessageQueue target, Slice record) {
        transientAppends.computeIfAbsent(target, queue -> new ArrayList<>()).add(record);
        bytes += record.length();
    }

    int size() {
        return size;
    }

    /** Of the messages' bodies, for a queue that counts them. */
    long countedBytes() {
        return countedBytes;
    }

    /** Of what the batch appends. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return size == 0;
    }

    LongArray offsets() {
        return offsets;
    }

    /** What goes to stored queues, but for those that are deleted by now. */
    List<Change> appends() {
        var changes = new ArrayList<Change>(appends.size() + 1);
        for (int i = 0; i < appends.size(); i++) {
            if (!targets.get(i).isDeleted()) {
                changes.add(appends.get(i));
            }
        }
        return changes;
    }

    Map<MessageQueue, List<Slice>> transientAppends() {
        return transientAppends;
    }
}
