package dev.tandem.storage.schema;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive messages of a non-durable log as they are spilled. Key: logId u64 | firstOffset u64; these ids are numbered
 * anew with every start.
 *
 * <p>Value: version u8 | CRC-32C of all that follows u32 | count u32 | where each message ends, from the end of this table
 * on, u32 each | messages. One that was acknowledged before it was written is empty.
 */
public final class TransientChunk {
    private static final byte VERSION = 1;
    private static final int CRC = 1;
    private static final int COUNT = 5;
    private static final int TABLE = 9;

    private final byte[] value;
    private final ByteBuffer numbers;
    private final int count;

    private TransientChunk(byte[] value, int count) {
        this.value = value;
        this.numbers = ByteBuffer.wrap(value);
        this.count = count;
    }

    /** Bytes of the value that holds these messages. */
    public static int size(@Nullable Slice[] records) {
        int size = TABLE + 4 * records.length;
        for (Slice record : records) {
            size += record == null ? 0 : record.length();
        }
        return size;
    }

    /** Writes the value of {@link #size} bytes into an array. */
    public static void write(@Nullable Slice[] records, byte[] array, int at) {
        var out = ByteBuffer.wrap(array, at, size(records)).slice();
        out.put(VERSION).putInt(0).putInt(records.length);
        int end = 0;
        for (Slice record : records) {
            end += record == null ? 0 : record.length();
            out.putInt(end);
        }
        for (Slice record : records) {
            if (record != null) {
                out.put(record.array(), record.offset(), record.length());
            }
        }
        out.putInt(CRC, crc(array, at + COUNT, out.capacity() - COUNT));
    }

    /** Reads a value and checks it. */
    public static TransientChunk decode(byte[] value) {
        if (value.length < TABLE || value[0] != VERSION) {
            throw new CorruptData("a chunk of a non-durable log has no header of version " + VERSION);
        }
        var numbers = ByteBuffer.wrap(value);
        if (numbers.getInt(CRC) != crc(value, COUNT, value.length - COUNT)) {
            throw new CorruptData("a chunk of a non-durable log has a wrong CRC");
        }
        return new TransientChunk(value, numbers.getInt(COUNT));
    }

    private static int crc(byte[] array, int at, int size) {
        var crc = new CRC32C();
        crc.update(array, at, size);
        return (int) crc.getValue();
    }

    public int count() {
        return count;
    }

    /** Bytes of the value. */
    public int sizeInBytes() {
        return value.length;
    }

    /** A message, empty when it was acknowledged before the chunk was written. */
    public Slice record(int index) {
        java.util.Objects.checkIndex(index, count);
        int messages = TABLE + 4 * count;
        int from = index == 0 ? 0 : numbers.getInt(TABLE + 4 * (index - 1));
        return Slice.of(value, messages + from, numbers.getInt(TABLE + 4 * index) - from);
    }
}
