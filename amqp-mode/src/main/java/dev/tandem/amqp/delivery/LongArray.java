package dev.tandem.amqp.delivery;

import java.util.Arrays;

/** A growing array of longs. */
public final class LongArray {
    private long[] values = new long[16];
    private int size;

    public void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public long get(int index) {
        java.util.Objects.checkIndex(index, size);
        return values[index];
    }

    public void clear() {
        size = 0;
        if (values.length > 4096) {
            values = new long[16];
        }
    }

    /**
     * The offsets as ascending ranges that do not touch: pairs of first (inclusive) and end (exclusive). Sorts the
     * array.
     */
    public long[] toRanges() {
        Arrays.sort(values, 0, size);
        long[] ranges = new long[2 * size];
        int at = 0;
        for (int i = 0; i < size; i++) {
            if (at > 0 && values[i] <= ranges[at - 1]) {
                ranges[at - 1] = Math.max(ranges[at - 1], values[i] + 1);
            } else {
                ranges[at++] = values[i];
                ranges[at++] = values[i] + 1;
            }
        }
        return Arrays.copyOf(ranges, at);
    }
}
