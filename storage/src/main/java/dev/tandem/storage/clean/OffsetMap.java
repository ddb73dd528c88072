package dev.tandem.storage.clean;

import dev.tandem.storage.record.Slice;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The newest offset of each key in a part of a log, in 24 bytes a key whatever its length: like Kafka's SkimpyOffsetMap it
 * knows keys by their 16-byte digest and takes equal digests for equal keys. For one thread.
 */
final class OffsetMap {
    private static final long FREE = -1;
    /** Past this load, probes get long. */
    private static final double MAX_LOAD = 0.75;

    private final MessageDigest digest;
    private final byte[] hash = new byte[16];
    private final int mask;
    private final long[] high;
    private final long[] low;
    private final long[] offsets;
    private int size;
    private long hashHigh;
    private long hashLow;

    /** A map of a number of slots, a power of two. */
    OffsetMap(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(slots + " slots are not a power of two");
        }
        try {
            digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
        mask = slots - 1;
        high = new long[slots];
        low = new long[slots];
        offsets = new long[slots];
        Arrays.fill(offsets, FREE);
    }

    /** Whether so many more keys may be put. */
    boolean hasRoomFor(int keys) {
        return size + (long) keys <= (long) ((mask + 1) * MAX_LOAD);
    }

    /** Notes a key at an offset that is higher than those before. */
    void put(Slice key, long offset) {
        int slot = slotOf(key);
        if (offsets[slot] == FREE) {
            size++;
        }
        high[slot] = hashHigh;
        low[slot] = hashLow;
        offsets[slot] = offset;
    }

    /** The newest offset of a key; -1 when it was not put. */
    long get(Slice key) {
        return offsets[slotOf(key)];
    }

    private int slotOf(Slice key) {
        digest.update(key.array(), key.offset(), key.length());
        try {
            digest.digest(hash, 0, hash.length);
        } catch (java.security.DigestException e) {
            throw new IllegalStateException("an MD5 digest has 16 bytes", e);
        }
        var reader = java.nio.ByteBuffer.wrap(hash);
        hashHigh = reader.getLong();
        hashLow = reader.getLong();
        int slot = (int) hashLow & mask;
        while (offsets[slot] != FREE && (high[slot] != hashHigh || low[slot] != hashLow)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
