package dev.tandem.storage.cursor;

import java.util.Arrays;

/** The ranges that one commit group acknowledged: collected in any order, then merged. */
final class PendingRanges {
    /** More pairs than this do not fit a delta, whatever they are: a pair takes two bytes at least. */
    static final int MAX_PAIRS = AckSet.MAX_DELTA_BYTES / 2;

    private static final int INITIAL_PAIRS = 16;

    private long[] firsts = new long[INITIAL_PAIRS];
    private long[] ends = new long[INITIAL_PAIRS];
    private int pairs;
    private boolean hasOverflowed;

    void add(long first, long end) {
        if (hasOverflowed) {
            return;
        }
        if (pairs > 0 && ends[pairs - 1] == first) {
            ends[pairs - 1] = end;
            return;
        }
        if (pairs == MAX_PAIRS) {
            hasOverflowed = true;
            return;
        }
        if (pairs == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * pairs);
            ends = Arrays.copyOf(ends, 2 * pairs);
        }
        firsts[pairs] = first;
        ends[pairs++] = end;
    }

    boolean isEmpty() {
        return pairs == 0;
    }

    /** There were too many to keep: {@link #mergedAbove} is incomplete. */
    boolean hasOverflowed() {
        return hasOverflowed;
    }

    /** The ranges at or above a floor, ascending, without overlap or contact: first offset, end offset, first, end… */
    long[] mergedAbove(long floor) {
        // Sorted apart: k+1 ranges have begun and ended before the next one begins exactly where firsts[k+1] > ends[k].
        Arrays.sort(firsts, 0, pairs);
        Arrays.sort(ends, 0, pairs);
        long[] merged = new long[2 * pairs];
        int count = 0;
        int begin = 0;
        for (int k = 0; k < pairs; k++) {
            if (k + 1 < pairs && firsts[k + 1] <= ends[k]) {
                continue;
            }
            if (ends[k] > floor) {
                merged[count++] = Math.max(firsts[begin], floor);
                merged[count++] = ends[k];
            }
            begin = k + 1;
        }
        return Arrays.copyOf(merged, count);
    }

    void clear() {
        pairs = 0;
        hasOverflowed = false;
        if (firsts.length > INITIAL_PAIRS) {
            firsts = new long[INITIAL_PAIRS];
            ends = new long[INITIAL_PAIRS];
        }
    }
}
