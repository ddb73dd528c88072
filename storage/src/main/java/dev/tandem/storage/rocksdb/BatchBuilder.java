package dev.tandem.storage.rocksdb;

import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.ColumnFamily;
import java.util.Arrays;

/**
 * Builds rows of a write batch in RocksDB's own serialised form, so that a whole group crosses JNI in one call.
 *
 * <p>RocksDB write_batch.cc: sequence u64 LE, count u32 LE, then per row a tag, the family's id as varint32 and
 * length-prefixed key and value. Tags (dbformat.h): value 0x5, deletion 0x4, range deletion 0xE, each for a named family.
 * The form is that of WAL records, hence stable; a test compares it with RocksDB's.
 */
public final class BatchBuilder {
    /** Bytes before the first row. */
    public static final int HEADER_SIZE = 12;

    private static final byte DELETION = 0x4;
    private static final byte VALUE = 0x5;
    private static final byte RANGE_DELETION = 0xE;

    private byte[] array;
    private int size;
    private int count;

    /** A builder that holds {@code capacity} bytes before it grows. */
    public BatchBuilder(int capacity) {
        array = new byte[Math.max(capacity, HEADER_SIZE)];
        size = HEADER_SIZE;
    }

    /** Adds a row. */
    public void put(ColumnFamily family, byte[] key, byte[] value) {
        startPut(family, key, value.length);
        System.arraycopy(value, 0, array, size, value.length);
        size += value.length;
    }

    /** Adds a row. */
    public void put(ColumnFamily family, byte[] key, Slice value) {
        startPut(family, key, value.length());
        System.arraycopy(value.array(), value.offset(), array, size, value.length());
        size += value.length();
    }

    /**
     * Adds a row whose value the caller writes.
     *
     * @return the index in {@link #array} at which to write {@code valueLength} bytes, before the next call
     */
    public int putInPlace(ColumnFamily family, byte[] key, int valueLength) {
        startPut(family, key, valueLength);
        int at = size;
        size += valueLength;
        return at;
    }

    /** Adds a deletion. */
    public void delete(ColumnFamily family, byte[] key) {
        ensure(1 + 5 + 5 + key.length);
        tag(DELETION, family);
        bytes(key);
    }

    /** Adds a deletion of all keys from {@code from} (inclusive) to {@code to} (exclusive). */
    public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
        ensure(1 + 5 + 10 + from.length + to.length);
        tag(RANGE_DELETION, family);
        bytes(from);
        bytes(to);
    }

    /** Adds all rows of another builder. */
    public void addAll(BatchBuilder other) {
        int length = other.size - HEADER_SIZE;
        ensure(length);
        System.arraycopy(other.array, HEADER_SIZE, array, size, length);
        size += length;
        count += other.count;
    }

    /** Bytes that {@link #putInPlace} takes for a row. */
    public static int rowSize(int keyLength, int valueLength) {
        return 1 + 1 + varintSize(keyLength) + keyLength + varintSize(valueLength) + valueLength;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public int size() {
        return size;
    }

    /** The array under construction; replaced when it grows. */
    public byte[] array() {
        return array;
    }

    /** Forgets all rows, keeps the array. */
    public void clear() {
        size = HEADER_SIZE;
        count = 0;
    }

    /** The serialised batch: the array itself when it fits exactly, else a copy. */
    public byte[] finish() {
        byte[] whole = size == array.length ? array : Arrays.copyOf(array, size);
        Arrays.fill(whole, 0, 8, (byte) 0);
        whole[8] = (byte) count;
        whole[9] = (byte) (count >>> 8);
        whole[10] = (byte) (count >>> 16);
        whole[11] = (byte) (count >>> 24);
        return whole;
    }

    private void startPut(ColumnFamily family, byte[] key, int valueLength) {
        ensure(rowSize(key.length, valueLength));
        tag(VALUE, family);
        bytes(key);
        varint(valueLength);
    }

    private void tag(byte tag, ColumnFamily family) {
        array[size++] = tag;
        array[size++] = (byte) family.number(); // ids below 128 are one byte as varint
        count++;
    }

    private void bytes(byte[] value) {
        varint(value.length);
        System.arraycopy(value, 0, array, size, value.length);
        size += value.length;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    private static int varintSize(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void ensure(int more) {
        if (more > array.length - size) {
            array = Arrays.copyOf(array, Math.max(size + more, size + (size >> 1)));
        }
    }
}
