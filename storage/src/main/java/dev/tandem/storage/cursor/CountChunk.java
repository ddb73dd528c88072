package dev.tandem.storage.cursor;

import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Delivery counts of one stretch of 65,536 offsets, as binary digits: slice {@code i} holds the offsets whose count has bit
 * {@code i}. So ten thousand neighbours returned together cost one run, and a message returned for ever costs thirty-one
 * slices of one offset.
 */
final class CountChunk {
    /** Digits of the highest count; it stays there. */
    static final int MAX_SLICES = 31;

    /** Lowest digit first; changed only after {@link #unshare}. */
    private List<RoaringBitmap> slices;
    /** A copy holds {@link #slices} too. */
    private boolean isShared;
    /** Holds counts that its row does not. */
    boolean isDirty;
    /** It has a row. */
    boolean isStored;

    CountChunk(List<RoaringBitmap> slices) {
        this.slices = slices;
    }

    /** Adds one to the counts of some offsets. */
    void increment(RoaringBitmap offsets) {
        unshare();
        RoaringBitmap carry = offsets;
        for (int i = 0; i < MAX_SLICES && !carry.isEmpty(); i++) {
            if (i == slices.size()) {
                slices.add(new RoaringBitmap());
            }
            RoaringBitmap slice = slices.get(i);
            var next = RoaringBitmap.and(slice, carry);
            slice.xor(carry);
            carry = next;
        }
        if (!carry.isEmpty()) {
            for (RoaringBitmap slice : slices) {
                slice.or(carry);
            }
        }
        isDirty = true;
    }

    /** Forgets the counts from {@code first} up to {@code end}. */
    void remove(int first, int end) {
        for (int i = 0; i < slices.size(); i++) {
            if (slices.get(i).intersects(first, end)) {
                unshare();
                slices.get(i).remove((long) first, (long) end);
            }
        }
    }

    /** Forgets the counts of some offsets. */
    void removeAll(RoaringBitmap offsets) {
        unshare();
        slices.forEach(slice -> slice.andNot(offsets));
    }

    boolean isEmpty() {
        for (RoaringBitmap slice : slices) {
            if (!slice.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    int get(int offset) {
        int count = 0;
        for (int i = 0; i < slices.size(); i++) {
            if (slices.get(i).contains(offset)) {
                count |= 1 << i;
            }
        }
        return count;
    }

    /** A chunk with the same counts; whichever of the two changes first copies the slices. */
    CountChunk copy() {
        isShared = true;
        var copy = new CountChunk(slices);
        copy.isShared = true;
        return copy;
    }

    /** The value of the chunk's row, as small as it gets. */
    byte[] encode() {
        unshare();
        while (slices.get(slices.size() - 1).isEmpty()) {
            slices.remove(slices.size() - 1);
        }
        slices.forEach(RoaringBitmap::runOptimize);
        return CursorCodec.encodeCounts(slices);
    }

    private void unshare() {
        if (isShared) {
            var copies = new ArrayList<RoaringBitmap>(slices.size());
            slices.forEach(slice -> copies.add(slice.clone()));
            slices = copies;
            isShared = false;
        }
    }
}
