package dev.tandem.storage.cursor;

import org.roaringbitmap.RoaringBitmap;

/** Acknowledged offsets of one stretch of 65,536, never empty within an ack set. */
final class Chunk {
    /** Offsets within the chunk; to be changed only through {@link #writable}. */
    RoaringBitmap bits;
    /** A snapshot holds {@link #bits} too. */
    boolean isShared;
    /** Holds offsets that its row does not. */
    boolean isDirty;
    /** It has a row. */
    boolean isStored;

    Chunk(RoaringBitmap bits) {
        this.bits = bits;
    }

    /** The bits, copied first when a snapshot holds them. */
    RoaringBitmap writable() {
        if (isShared) {
            bits = bits.clone();
            isShared = false;
        }
        return bits;
    }
}
