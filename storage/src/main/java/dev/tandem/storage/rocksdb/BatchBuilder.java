package dev.tandem.storage.rocksdb;

import dev.tandem.storage.buffer.Arena;
import dev.tandem.storage.buffer.Lease;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.ColumnFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link RowBatch}: rows in RocksDB's own serialised form, so that they cross JNI in one call. Large values are
 * left out of it: to copy those three times over costs more than a call for each.
 *
 * <p>RocksDB write_batch.cc: sequence u64 LE, count u32 LE, then per row a tag, the family's id as varint32 and
 * length-prefixed key and value. Tags (dbformat.h): value 0x5, deletion 0x4, range deletion 0xE, each for a named family.
 * The form is that of WAL records, hence stable; a test compares it with RocksDB's.
 */
public final class BatchBuilder {
    /** Bytes before the first row. */
    public static final int HEADER_SIZE = 12;
    /** A reserved value from this size on lies outside the builder's array. See decision 0002. */
    static final int LARGE_VALUE = 1 << 10;

    static final byte DELETION = 0x4;
    static final byte VALUE = 0x5;
    static final byte RANGE_DELETION = 0xE;

    private final @Nullable Arena arena;
    private final Lease.Builder lease = new Lease.Builder();
    private byte[] array;
    private final List<RowBatch.LargeRow> large = new ArrayList<>();
    private int size;
    private int count;

    /** A builder that holds {@code capacity} bytes before it grows. */
    public BatchBuilder(int capacity) {
        this(capacity, null);
    }

    /** A builder whose large values lie in an arena, as long as the batch's lease is held. */
    public BatchBuilder(int capacity, @Nullable Arena arena) {
        this.arena = arena;
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
     * Adds a row whose value the caller writes, in its place among the others.
     *
     * @return the index in {@link #array} at which to write {@code valueLength} bytes, before the next call
     */
    public int putInPlace(ColumnFamily family, byte[] key, int valueLength) {
        startPut(family, key, valueLength);
        size += valueLength;
        return size - valueLength;
    }

    /**
     * Adds a row whose value the caller writes. A large one is written behind all rows of the batch, so no deletion in
     * the batch may concern it.
     *
     * @return where to write {@code valueLength} bytes: before the next call when it lies in this builder's array
     */
    public Slice reserve(ColumnFamily family, byte[] key, int valueLength) {
        if (valueLength >= LARGE_VALUE) {
            Slice value = arena == null ? Slice.of(new byte[valueLength]) : arena.reserve(valueLength, lease);
            large.add(new RowBatch.LargeRow(family, key, value));
            return value;
        }
        int at = putInPlace(family, key, valueLength);
        return Slice.of(array, at, valueLength);
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
        large.addAll(other.large);
    }

    /** Bytes that {@link #reserve} takes in this builder's array. */
    public static int rowSize(int keyLength, int valueLength) {
        return valueLength >= LARGE_VALUE ? 0 : serialisedSize(keyLength, valueLength);
    }

    private static int serialisedSize(int keyLength, int valueLength) {
        return 1 + 1 + varintSize(keyLength) + keyLength + varintSize(valueLength) + valueLength;
    }

    public boolean isEmpty() {
        return count == 0 && large.isEmpty();
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
        large.clear();
    }

    /** The batch. The builder must not be used any more. */
    public RowBatch build() {
        return new RowBatch(finish(), large, lease.build());
    }

    /** All rows but reserved large values, serialised: the array itself when it fits exactly, else a copy. */
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
        ensure(serialisedSize(key.length, valueLength));
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
