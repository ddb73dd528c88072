package dev.tandem.storage.record;

import java.util.zip.CRC32C;

/**
 * Stands in a message's record for a body that is stored once and shared by several queues.
 *
 * <p>Layout, as the record's value: id u64, length u32, CRC-32C u32. The id is the commit thread's to assign; until then
 * it is 0.
 *
 * @param id where the body's bytes begin in the sequence of all shared bodies
 * @param length of the body
 * @param crc CRC-32C of the body
 */
public record BodyReference(long id, int length, int crc) {
    /** Bytes of an encoded reference. */
    public static final int SIZE = 16;

    /** A reference to a body that has no id yet. */
    public static BodyReference to(Slice body) {
        return new BodyReference(0, body.length(), crcOf(body));
    }

    /** CRC-32C of a body. */
    public static int crcOf(Slice body) {
        var crc = new CRC32C();
        crc.update(body.array(), body.offset(), body.length());
        return (int) crc.getValue();
    }

    /** Whether a body is the one that was stored. */
    public boolean matches(Slice body) {
        return body.length() == length && crcOf(body) == crc;
    }

    void write(byte[] array, int at) {
        RecordBatchLayout.putLong(array, at, id);
        RecordBatchLayout.putInt(array, at + 8, length);
        RecordBatchLayout.putInt(array, at + 12, crc);
    }

    static BodyReference read(Slice value) {
        var reader = new SliceReader(value);
        return new BodyReference(reader.readLong(), reader.readInt(), reader.readInt());
    }
}
