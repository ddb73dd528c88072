package dev.tandem.storage.schema;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.ByteBuffer;

/**
 * Head row of a log: written when it is created or trimmed, every so many bytes, and at a clean stop. What was appended
 * since is found behind it.
 *
 * <p>Value: version u8 | retention u8 | startOffset u64 | startEntry u64 | startBytes u64 | nextOffset u64 | logBytes u64 |
 * transientRecords u64.
 *
 * @param startOffset lowest offset that may be read
 * @param startEntry base offset of the entry that holds the start offset: nothing is stored below it
 * @param startBytes batch bytes ever appended below the entry that holds the start offset
 * @param nextOffset at least one past the highest offset used when the head was written
 * @param logBytes batch bytes ever appended when the head was written
 * @param transientRecords transient records ever appended when the head was written
 */
public record LogHead(
        Retention retention,
        long startOffset,
        long startEntry,
        long startBytes,
        long nextOffset,
        long logBytes,
        long transientRecords) {
    private static final byte VERSION = 1;

    /** Head of a log without records. */
    public static LogHead empty(Retention retention) {
        return new LogHead(retention, 0, 0, 0, 0, 0, 0);
    }

    /** The head with an end and totals that are at least the given ones. */
    public LogHead advancedTo(long otherNextOffset, long otherLogBytes, long otherTransientRecords) {
        return new LogHead(
                retention,
                startOffset,
                startEntry,
                startBytes,
                Math.max(nextOffset, otherNextOffset),
                Math.max(logBytes, otherLogBytes),
                Math.max(transientRecords, otherTransientRecords));
    }

    /** Encodes the row's value. */
    public byte[] encode() {
        return ByteBuffer.allocate(50)
                .put(VERSION)
                .put((byte) (retention == Retention.ACKNOWLEDGED ? 1 : 2))
                .putLong(startOffset)
                .putLong(startEntry)
                .putLong(startBytes)
                .putLong(nextOffset)
                .putLong(logBytes)
                .putLong(transientRecords)
                .array();
    }

    /** Decodes a row's value. */
    public static LogHead decode(byte[] value) {
        var reader = new SliceReader(Slice.of(value));
        byte version = reader.readByte();
        if (version != VERSION) {
            throw new CorruptData("a log head has version " + version);
        }
        Retention retention =
                switch (reader.readByte()) {
                    case 1 -> Retention.ACKNOWLEDGED;
                    case 2 -> Retention.EXPLICIT;
                    default -> throw new CorruptData("a log head has an unknown retention");
                };
        return new LogHead(
                retention,
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong());
    }
}
