package dev.tandem.storage.cursor;

import org.roaringbitmap.RoaringBitmap;

/** Acknowledged offsets of one stretch of 65,536, never empty within an ack set. */
final class Chunk {
    /** Offsets within the chunk; changed only after {@link #unshare}. */
    private RoaringBitmap bits;

    private int cardinality;
    /** A snapshot holds {@link #bits} too. */
    private boolean isShared;
    /** Holds offsets that its row does not. */
    boolean isDirty;
    /** It has a row. */
    boolean isStored;

    Chunk(RoaringBitmap bits) {
        this.bits = bits;
        this.cardinality = bits.getCardinality();
    }

    /** Adds the offsets from {@code first} up to {@code end}; returns how many of them are new. */
    int add(int first, int end) {
        int added = end - first;
        if (added == 1) {
            if (bits.contains(first)) {
                return 0;
            }
            unshare().add(first);
        } else {
            added -= (int) bits.rangeCardinality(first, end);
            if (added == 0) {
                return 0;
            }
            unshare().add((long) first, (long) end);
        }
        cardinality += added;
        isDirty = true;
        if (cardinality == AckSet.CHUNK_SIZE) {
            bits.runOptimize(); // a few bytes instead of 8 KiB
        }
        return added;
    }

    /** Removes the offsets below {@code low}; returns how many there were. */
    int removeBelow(int low) {
        int removed = (int) bits.rangeCardinality(0, low);
        if (removed > 0) {
            unshare().remove(0L, low);
            cardinality -= removed;
        }
        return removed;
    }

    /** The first offset at or after {@code from} that is not in the chunk. */
    long nextAbsent(int from) {
        return bits.nextAbsentValue(from);
    }

    int cardinality() {
        return cardinality;
    }

    boolean isEmpty() {
        return cardinality == 0;
    }

    /** The bits, only to be looked at, and at once. */
    RoaringBitmap bits() {
        return bits;
    }

    /** The bits, never to change again: the chunk copies them first. */
    RoaringBitmap share() {
        isShared = true;
        return bits;
    }

    /** The value of the chunk's row, as small as it gets. */
    byte[] encode() {
        unshare().runOptimize();
        return CursorCodec.encodeChunk(bits);
    }

    long sizeInBytes() {
        return bits.getLongSizeInBytes();
    }

    private RoaringBitmap unshare() {
        if (isShared) {
            bits = bits.clone();
            isShared = false;
        }
        return bits;
    }
}
