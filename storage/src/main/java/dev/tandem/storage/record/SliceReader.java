package dev.tandem.storage.record;

import dev.tandem.storage.StorageException.CorruptData;
import java.util.Objects;

/** Reads forward through a slice; reading past its end is {@link CorruptData}. Not for use by several threads. */
public final class SliceReader {
    private final byte[] array;
    private final int end;
    private int at;

    public SliceReader(Slice slice) {
        this(slice.array(), slice.offset(), slice.offset() + slice.length());
    }

    /**
     * Reads {@code array} from {@code from} up to {@code end}.
     *
     * @throws IndexOutOfBoundsException when they leave the array
     */
    public SliceReader(byte[] array, int from, int end) {
        Objects.checkFromToIndex(from, end, array.length);
        this.array = array;
        this.at = from;
        this.end = end;
    }

    /** Index in the array of the next byte. */
    public int position() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    public byte readByte() {
        require(1);
        return array[at++];
    }

    public int readUnsignedByte() {
        return readByte() & 0xFF;
    }

    public short readShort() {
        require(2);
        short value = RecordBatchLayout.getShort(array, at);
        at += 2;
        return value;
    }

    public int readInt() {
        require(4);
        int value = RecordBatchLayout.getInt(array, at);
        at += 4;
        return value;
    }

    public long readLong() {
        require(8);
        long value = RecordBatchLayout.getLong(array, at);
        at += 8;
        return value;
    }

    /** A zig-zag varint or varlong. */
    public long readVarint() {
        long zigzag = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = readByte();
            zigzag |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new CorruptData("a varint is longer than 10 bytes");
    }

    /** A varint that must fit an int. */
    public int readVarintInt() {
        long value = readVarint();
        if (value != (int) value) {
            throw new CorruptData("a varint does not fit 32 bits: " + value);
        }
        return (int) value;
    }

    /** The next bytes, shared. */
    public Slice readSlice(int length) {
        require(length);
        var slice = Slice.of(array, at, length);
        at += length;
        return slice;
    }

    public void skip(int length) {
        require(length);
        at += length;
    }

    private void require(int length) {
        if (length < 0 || length > end - at) {
            throw new CorruptData("needs " + length + " bytes, has " + (end - at));
        }
    }
}
