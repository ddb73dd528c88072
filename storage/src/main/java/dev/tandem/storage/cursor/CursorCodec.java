package dev.tandem.storage.cursor;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import dev.tandem.storage.record.Varint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * The bytes of an ack set's rows, big-endian, each behind a version byte.
 *
 * <ul>
 *   <li>head: floor i64, deltaSeq i64, deliveredEnd i64
 *   <li>delta: seq i64, floor i64, then to the end of the value pairs of varints: gap from the range before (the first
 *       from the floor) and length
 *   <li>chunk: the offsets within the chunk, in Roaring's portable serialisation
 *   <li>counts: number of slices u8, then per binary digit of the counts, lowest first, the offsets within the chunk whose
 *       count has it, in Roaring's portable serialisation
 * </ul>
 */
final class CursorCodec {
    static final byte VERSION = 1;
    static final int HEAD_SIZE = 25;

    private static final int DELTA_HEADER_SIZE = 17;
    private static final int MAX_VARINT = 10;

    private CursorCodec() {}

    /**
     * What the head row says.
     *
     * @param deltaSeq the chunk rows contain every delta up to this one
     */
    record Head(long floor, long deltaSeq, long deliveredEnd) {}

    /** What a delta row says: its place in the sequence, the floor after it, and ranges above that floor. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Delta(long seq, long floor, long[] ranges) {}

    static byte[] encodeHead(Head head) {
        byte[] value = new byte[HEAD_SIZE];
        value[0] = VERSION;
        RecordBatchLayout.putLong(value, 1, head.floor);
        RecordBatchLayout.putLong(value, 9, head.deltaSeq);
        RecordBatchLayout.putLong(value, 17, head.deliveredEnd);
        return value;
    }

    static Head decodeHead(Slice value) {
        var reader = open(value, "head");
        var head = new Head(reader.readLong(), reader.readLong(), reader.readLong());
        if (head.floor < 0 || head.deltaSeq < 0 || head.deliveredEnd < 0) {
            throw new CorruptData("the cursor head is out of range: " + head);
        }
        if (reader.remaining() != 0) {
            throw new CorruptData("the cursor head has " + reader.remaining() + " bytes too many");
        }
        return head;
    }

    /** Encodes a delta of ranges at or above the floor, ascending and not overlapping. */
    static byte[] encodeDelta(long seq, long floor, long[] ranges) {
        byte[] value = new byte[DELTA_HEADER_SIZE + ranges.length * MAX_VARINT];
        value[0] = VERSION;
        RecordBatchLayout.putLong(value, 1, seq);
        RecordBatchLayout.putLong(value, 9, floor);
        int at = DELTA_HEADER_SIZE;
        long end = floor;
        for (int i = 0; i < ranges.length; i += 2) {
            at = Varint.put(value, at, ranges[i] - end);
            end = ranges[i + 1];
            at = Varint.put(value, at, end - ranges[i]);
        }
        return Arrays.copyOf(value, at);
    }

    static Delta decodeDelta(Slice value) {
        var reader = open(value, "delta");
        long seq = reader.readLong();
        long floor = reader.readLong();
        if (seq < 1 || floor < 0) {
            throw new CorruptData("a cursor delta is out of range: sequence " + seq + ", floor " + floor);
        }
        long[] ranges = new long[reader.remaining()];
        int count = 0;
        long end = floor;
        while (reader.remaining() > 0) {
            long gap = reader.readVarint();
            long length = reader.readVarint();
            if (gap < 0 || length <= 0 || gap > Long.MAX_VALUE - end || length > Long.MAX_VALUE - end - gap) {
                throw new CorruptData("cursor delta " + seq + " has a range of " + length + " at gap " + gap);
            }
            ranges[count++] = end + gap;
            end += gap + length;
            ranges[count++] = end;
        }
        return new Delta(seq, floor, Arrays.copyOf(ranges, count));
    }

    static byte[] encodeChunk(RoaringBitmap bits) {
        var value = ByteBuffer.allocate(1 + bits.serializedSizeInBytes());
        value.put(VERSION);
        bits.serialize(value);
        return value.array();
    }

    static RoaringBitmap decodeChunk(long chunk, Slice value) {
        var reader = open(value, "chunk");
        return readBits(chunk, reader.readSlice(reader.remaining()).toByteBuffer());
    }

    static byte[] encodeCounts(List<RoaringBitmap> slices) {
        int size =
                slices.stream().mapToInt(RoaringBitmap::serializedSizeInBytes).sum();
        var value = ByteBuffer.allocate(2 + size);
        value.put(VERSION).put((byte) slices.size());
        slices.forEach(slice -> slice.serialize(value));
        return value.array();
    }

    static List<RoaringBitmap> decodeCounts(long chunk, Slice value) {
        var reader = open(value, "counts row");
        int count = reader.readByte();
        if (count < 1 || count > CountChunk.MAX_SLICES) {
            throw new CorruptData("the counts of cursor chunk " + chunk + " have " + count + " digits");
        }
        var rest = reader.readSlice(reader.remaining()).toByteBuffer();
        var slices = new ArrayList<RoaringBitmap>(count);
        for (int i = 0; i < count; i++) {
            var bits = readBits(chunk, rest);
            slices.add(bits);
            rest.position(rest.position() + bits.serializedSizeInBytes());
        }
        return slices;
    }

    private static RoaringBitmap readBits(long chunk, ByteBuffer value) {
        var bits = new RoaringBitmap();
        try {
            bits.deserialize(value);
        } catch (IOException | RuntimeException e) {
            throw new CorruptData("cursor chunk " + chunk + " cannot be read: " + e);
        }
        if (!bits.isEmpty() && (bits.first() < 0 || Integer.compareUnsigned(bits.last(), AckSet.CHUNK_SIZE) >= 0)) {
            throw new CorruptData("cursor chunk " + chunk + " holds offsets outside of itself");
        }
        return bits;
    }

    private static SliceReader open(Slice value, String row) {
        var reader = new SliceReader(value);
        byte version = reader.readByte();
        if (version != VERSION) {
            throw new CorruptData("a cursor " + row + " has version " + version + ", this engine reads " + VERSION);
        }
        return reader;
    }
}
