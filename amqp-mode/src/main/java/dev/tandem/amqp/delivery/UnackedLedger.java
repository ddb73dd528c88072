package dev.tandem.amqp.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel's unacknowledged deliveries: tag, offset and consumer, in parallel arrays, ascending by tag. Belongs to the
 * channel's event loop.
 */
public final class UnackedLedger {
    private long[] tags = new long[16];
    private long[] offsets = new long[16];
    private @Nullable Consumer[] consumers = new @Nullable Consumer[16];
    private int head;
    private int tail;
    private int size;

    /** Hears of deliveries taken out of the ledger, lowest tag first. */
    @FunctionalInterface
    public interface Visitor {
        void onDelivery(long tag, Consumer consumer, long offset);
    }

    public int size() {
        return size;
    }

    /** Whose the oldest delivery is; null when there is none. */
    public @Nullable Consumer oldestConsumer() {
        return size == 0 ? null : consumers[head];
    }

    /** The tag of the oldest delivery; there is one. */
    public long oldestTag() {
        return tags[head];
    }

    /** Adds a delivery; its tag is higher than all before. */
    public void add(long tag, long offset, Consumer consumer) {
        if (tail == tags.length) {
            makeRoom();
        }
        tags[tail] = tag;
        offsets[tail] = offset;
        consumers[tail++] = consumer;
        size++;
    }

    /** Takes out one delivery; false when the tag is unknown. */
    public boolean take(long tag, Visitor visitor) {
        int index = find(tag);
        if (index < 0) {
            return false;
        }
        takeAt(index, visitor);
        trimHead();
        return true;
    }

    /** Takes out all deliveries up to and with a tag; false, and nothing taken, when the tag is unknown. */
    public boolean takeUpTo(long tag, Visitor visitor) {
        int index = find(tag);
        if (index < 0) {
            return false;
        }
        for (int i = head; i <= index; i++) {
            takeAt(i, visitor);
        }
        trimHead();
        return true;
    }

    /** Takes out everything. */
    public void takeAll(Visitor visitor) {
        for (int i = head; i < tail; i++) {
            takeAt(i, visitor);
        }
        trimHead();
    }

    /** Puts deliveries back to where they were. */
    public void restore(List<Unacked> deliveries) {
        var all = new ArrayList<Unacked>(size + deliveries.size());
        all.addAll(deliveries);
        takeAll((tag, consumer, offset) -> all.add(new Unacked(tag, offset, consumer)));
        all.sort(Comparator.comparingLong(Unacked::tag));
        for (Unacked delivery : all) {
            add(delivery.tag(), delivery.offset(), delivery.consumer());
        }
    }

    private void takeAt(int index, Visitor visitor) {
        Consumer consumer = consumers[index];
        if (consumer != null) {
            consumers[index] = null;
            size--;
            visitor.onDelivery(tags[index], consumer, offsets[index]);
        }
    }

    private int find(long tag) {
        int index = Arrays.binarySearch(tags, head, tail, tag);
        return index >= 0 && consumers[index] != null ? index : -1;
    }

    private void trimHead() {
        if (size == 0) {
            head = 0;
            tail = 0;
            return;
        }
        while (consumers[head] == null) {
            head++;
        }
    }

    /** Closes the gaps that settled deliveries left, into larger arrays when there are few. */
    private void makeRoom() {
        int capacity = size > tags.length / 2 ? tags.length * 2 : tags.length;
        var newTags = new long[capacity];
        var newOffsets = new long[capacity];
        var newConsumers = new @Nullable Consumer[capacity];
        int at = 0;
        for (int i = head; i < tail; i++) {
            if (consumers[i] != null) {
                newTags[at] = tags[i];
                newOffsets[at] = offsets[i];
                newConsumers[at++] = consumers[i];
            }
        }
        tags = newTags;
        offsets = newOffsets;
        consumers = newConsumers;
        head = 0;
        tail = at;
    }
}
