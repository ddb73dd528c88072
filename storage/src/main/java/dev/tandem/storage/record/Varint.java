package dev.tandem.storage.record;

/** Zig-zag variable-length integers as records use them (Kafka protocol, "Variable-length"). */
public final class Varint {
    private Varint() {}

    /** Bytes that {@link #put} writes for a value. */
    public static int size(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /** Writes a value at an index; returns the index behind it. */
    public static int put(byte[] array, int index, long value) {
        long rest = (value << 1) ^ (value >> 63);
        int at = index;
        while ((rest & ~0x7FL) != 0) {
            array[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[at++] = (byte) rest;
        return at;
    }
}
