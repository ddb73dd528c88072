package dev.tandem.amqp.delivery;

import dev.tandem.amqp.deadletter.DeathReason;
import java.util.Arrays;
import java.util.Objects;

/** Offsets of messages that are to be dead-lettered and were not read yet, each with the reason; first in, first out. */
final class DroppedOffsets {
    private static final DeathReason[] REASONS = DeathReason.values();

    private long[] offsets = new long[16];
    private byte[] reasons = new byte[16];
    private int head;
    private int tail;

    void add(long offset, DeathReason reason) {
        if (tail == offsets.length) {
            makeRoom();
        }
        offsets[tail] = offset;
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
        head = 0;
        tail = size;
    }
}
