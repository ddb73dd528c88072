package dev.tandem.amqp.delivery;

import java.util.Arrays;

/** Offsets of returned messages, the lowest first: a binary heap. An offset is in it at most once. */
final class ReturnedOffsets {
    private long[] heap = new long[16];
    private int size;

    void add(long offset) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int at = size++;
        while (at > 0 && heap[(at - 1) >>> 1] > offset) {
            heap[at] = heap[(at - 1) >>> 1];
            at = (at - 1) >>> 1;
        }
        heap[at] = offset;
    }

    /** The lowest offset; there must be one. */
    long lowest() {
        java.util.Objects.checkIndex(0, size);
        return heap[0];
    }

    /** Takes the lowest offset out. */
    long removeLowest() {
        long lowest = lowest();
        long last = heap[--size];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return lowest;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
