package dev.tandem.storage.body;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;

/**
 * Values of the {@code bodies} family, big-endian.
 *
 * <ul>
 *   <li>body: version u8, CRC-32C of the body u32, body
 *   <li>reference: version u8, first and end of the offsets at which the log refers to the segment u64 each
 * </ul>
 */
public final class BodyRows {
    static final byte VERSION = 1;

    private static final int BODY_AT = 5;
    private static final int KEY_SIZE = 9;

    private BodyRows() {}

    /** Bytes of a body's row in a write batch. */
    public static int rowSize(Slice body) {
        return BatchBuilder.rowSize(KEY_SIZE, BODY_AT + body.length());
    }

    /** Adds a body's row; returns the body as it lies in the builder's array. */
    public static Slice write(BatchBuilder rows, long id, int crc, Slice body) {
        Slice value = rows.reserve(ColumnFamily.BODIES, StorageSchema.bodyKey(id), BODY_AT + body.length());
        byte[] array = value.array();
        int at = value.offset();
        array[at] = VERSION;
        RecordBatchLayout.putInt(array, at + 1, crc);
        System.arraycopy(body.array(), body.offset(), array, at + BODY_AT, body.length());
        return Slice.of(array, at + BODY_AT, body.length());
    }

    /**
     * The body in a row's value.
     *
     * @throws CorruptData when it is not the one referred to
     */
    static Slice read(byte[] value, BodyReference reference) {
        var reader = open(value, "shared body");
        int crc = reader.readInt();
        Slice body = reader.readSlice(reader.remaining());
        if (body.length() != reference.length()) {
            throw new CorruptData(
                    "shared body " + reference.id() + " has " + body.length() + " bytes, not " + reference.length());
        }
        if (crc != reference.crc() || !reference.matches(body)) {
            throw new CorruptData("shared body " + reference.id() + " has a wrong CRC");
        }
        return body;
    }

    /** The value of a reference's row. */
    public static byte[] encode(BodyRange range) {
        byte[] value = new byte[17];
        value[0] = VERSION;
        RecordBatchLayout.putLong(value, 1, range.firstOffset());
        RecordBatchLayout.putLong(value, 9, range.endOffset());
        return value;
    }

    static BodyRange decode(byte[] value) {
        var reader = open(value, "reference to shared bodies");
        return new BodyRange(reader.readLong(), reader.readLong());
    }

    private static SliceReader open(byte[] value, String row) {
        var reader = new SliceReader(Slice.of(value));
        byte version = reader.readByte();
        if (version != VERSION) {
            throw new CorruptData("a " + row + " has version " + version + ", this engine reads " + VERSION);
        }
        return reader;
    }
}
