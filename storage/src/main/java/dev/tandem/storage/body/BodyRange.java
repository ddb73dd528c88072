package dev.tandem.storage.body;

/** The offsets of one log whose messages refer to bodies of one segment; the messages between them need not. */
public final class BodyRange {
    private final long firstOffset;
    private volatile long endOffset;

    /** A range from an offset up to, not including, another. */
    public BodyRange(long firstOffset, long endOffset) {
        this.firstOffset = firstOffset;
        this.endOffset = endOffset;
    }

    /** The first offset that refers to the segment. */
    public long firstOffset() {
        return firstOffset;
    }

    /** One past the last offset that refers to the segment. */
    public long endOffset() {
        return endOffset;
    }

    void extendTo(long end) {
        endOffset = end;
    }
}
