package dev.tandem.storage.schema;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.ByteBuffer;

/**
 * Stands in the place of a log's head row from the deletion of the log until its rows are removed, together with those of
 * its deleted neighbours.
 *
 * <p>Value: version u8 | 0 u8, where a head has its retention | bytes u64.
 *
 * @param bytes batch bytes that the log held
 */
public record DeletionMark(long bytes) {
    private static final byte VERSION = 1;
    private static final byte DELETED = 0;
    private static final int SIZE = 10;

    /** Whether the value of a head row is a mark. */
    public static boolean isMark(byte[] headRow) {
        return headRow.length == SIZE && headRow[0] == VERSION && headRow[1] == DELETED;
    }

    /** Encodes the row's value. */
    public byte[] encode() {
        return ByteBuffer.allocate(SIZE)
                .put(VERSION)
                .put(DELETED)
                .putLong(bytes)
                .array();
    }

    /** Decodes a row's value. */
    public static DeletionMark decode(byte[] value) {
        if (!isMark(value)) {
            throw new CorruptData("the head row of a log is not the mark of a deleted one");
        }
        var reader = new SliceReader(Slice.of(value));
        reader.readByte();
        reader.readByte();
        return new DeletionMark(reader.readLong());
    }
}
