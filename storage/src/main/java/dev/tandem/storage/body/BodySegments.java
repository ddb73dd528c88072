package dev.tandem.storage.body;

/**
 * The sequence of all shared bodies, cut into segments of equal length. A body takes as many ids as it has bytes, so an id
 * is an address, and a body belongs to the segment in which it begins. Ids rise and are never used again.
 */
public final class BodySegments {
    /** Addresses of a segment: what is freed at once. */
    public static final long SEGMENT_BYTES = 16 << 20;

    private BodySegments() {}

    /** The segment to which a body belongs. */
    public static long of(long bodyId) {
        return bodyId / SEGMENT_BYTES;
    }

    /** The lowest id of a segment. */
    public static long firstId(long segment) {
        return segment * SEGMENT_BYTES;
    }
}
