package dev.tandem.amqp.delivery;

import dev.tandem.amqp.deadletter.DeathReason;
import java.util.Arrays;
import java.util.Objects;

/** Messages that are to be dead-lettered, each with the reason and the length of its body; first in, first out. */
final class DroppedOffsets {
    private static final DeathReason[] REASONS = DeathReason.values();

    private long[] offsets = new long[16];
    private byte[] reasons = new byte[16];
    private int[] lengths = new int[16];
    private int head;
    private int tail;

    void add(long offset, DeathReason reason, int bodyLength) {
        if (tail == offsets.length) {
            makeRoom();
        }
        offsets[tail] = offset;
        lengths[tail] = bodyLength;
        reasons[tail++] = (byte) reason.ordinal();
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** The first one's offset; there is one. */
    long offset() {
        return offsets[Objects.checkIndex(head, tail)];
    }

    /** The first one's reason; there is one. */
    DeathReason reason() {
        return REASONS[reasons[Objects.checkIndex(head, tail)]];
    }

    /** The length of the first one's body; there is one. */
    int bodyLength() {
        return lengths[Objects.checkIndex(head, tail)];
    }

    int size() {
        return tail - head;
    }

    /** Takes the first one out. */
    void remove() {
        head = Objects.checkIndex(head, tail) + 1;
        if (head == tail) {
            head = 0;
            tail = 0;
        }
    }

    private void makeRoom() {
        int size = tail - head;
        int capacity = size > offsets.length / 2 ? offsets.length * 2 : offsets.length;
        var newOffsets = new long[capacity];
        System.arraycopy(offsets, head, newOffsets, 0, size);
        offsets = newOffsets;
        reasons = Arrays.copyOf(Arrays.copyOfRange(reasons, head, tail), capacity);
        lengths = Arrays.copyOf(Arrays.copyOfRange(lengths, head, tail), capacity);
        head = 0;
        tail = size;
    }
}
