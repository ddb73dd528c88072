package dev.tandem.storage.schema;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.ByteBuffer;

/**
 * A run of a log's entries, about 16 MiB of them, all appended by one start of the broker; one row of a log's directory. The
 * segments of a log follow each other without gaps.
 *
 * <p>Value: version u8 | endOffset u64 | records u64 | bytes u64 | logBytesEnd u64 | minTimestamp i64 | maxTimestamp i64 |
 * offsetOfMaxTimestamp i64 | leaderEpoch i32. The first offset is in the key.
 *
 * @param firstOffset where it begins; nothing of it is stored below
 * @param endOffset one past its last offset
 * @param records records stored now
 * @param bytes batch bytes stored now
 * @param logBytesEnd batch bytes ever appended to the log up to the segment's end
 * @param minTimestamp the smallest of its batches' first timestamps, about when it begins: later records of a batch may be
 *     older
 * @param maxTimestamp no record is younger; -1 when none has a timestamp
 * @param offsetOfMaxTimestamp an offset of the entry that holds the first record with {@code maxTimestamp};
 *     {@link #UNKNOWN} when that is not known, or trimmed
 * @param leaderEpoch the start of the broker that appended it; the last one when it is not described
 */
public record Segment(
        long firstOffset,
        long endOffset,
        long records,
        long bytes,
        long logBytesEnd,
        long minTimestamp,
        long maxTimestamp,
        long offsetOfMaxTimestamp,
        int leaderEpoch) {
    /** An offset that is not known. */
    public static final long UNKNOWN = -1;

    private static final byte VERSION = 1;
    private static final int SIZE = 61;

    /**
     * A segment of which only extent and size are known: a crash came before it was complete. Its timestamps say that it may
     * hold any.
     */
    public static Segment undescribed(
            long firstOffset, long endOffset, long records, long bytes, long logBytesEnd, int leaderEpoch) {
        return new Segment(
                firstOffset,
                endOffset,
                records,
                bytes,
                logBytesEnd,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                UNKNOWN,
                leaderEpoch);
    }

    /** Whether its timestamps are known. */
    public boolean isDescribed() {
        return minTimestamp != Long.MIN_VALUE || maxTimestamp != Long.MAX_VALUE || offsetOfMaxTimestamp != UNKNOWN;
    }

    /** What is left of it once everything below an entry within it is gone. */
    public Segment from(long entryBase, long bytesBelow) {
        return new Segment(
                entryBase,
                endOffset,
                Math.min(records, endOffset - entryBase),
                // Where the last entries were removed, what is below may count more than what is left.
                Math.max(0, Math.min(bytes, logBytesEnd - bytesBelow)),
                logBytesEnd,
                minTimestamp,
                maxTimestamp,
                offsetOfMaxTimestamp < entryBase ? UNKNOWN : offsetOfMaxTimestamp,
                leaderEpoch);
    }

    /** This segment and the next one as one. */
    public Segment join(Segment next) {
        return new Segment(
                firstOffset,
                next.endOffset,
                records + next.records,
                bytes + next.bytes,
                next.logBytesEnd,
                Math.min(minTimestamp, next.minTimestamp),
                Math.max(maxTimestamp, next.maxTimestamp),
                maxTimestamp >= next.maxTimestamp ? offsetOfMaxTimestamp : next.offsetOfMaxTimestamp,
                next.leaderEpoch);
    }

    /** What is left of it once records within it are gone. */
    public Segment without(long goneRecords, long goneBytes) {
        return new Segment(
                firstOffset,
                endOffset,
                Math.max(0, records - goneRecords),
                Math.max(0, bytes - goneBytes),
                logBytesEnd,
                minTimestamp,
                maxTimestamp,
                offsetOfMaxTimestamp,
                leaderEpoch);
    }

    /** Encodes the row's value. */
    public byte[] encode() {
        return ByteBuffer.allocate(SIZE)
                .put(VERSION)
                .putLong(endOffset)
                .putLong(records)
                .putLong(bytes)
                .putLong(logBytesEnd)
                .putLong(minTimestamp)
                .putLong(maxTimestamp)
                .putLong(offsetOfMaxTimestamp)
                .putInt(leaderEpoch)
                .array();
    }

    /** Decodes a row's value. */
    public static Segment decode(long firstOffset, byte[] value) {
        var reader = new SliceReader(Slice.of(value));
        byte version = reader.readByte();
        if (version != VERSION || value.length != SIZE) {
            throw new CorruptData("the segment at offset " + firstOffset + " of a log has version " + version + " and "
                    + value.length + " bytes");
        }
        var segment = new Segment(
                firstOffset,
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readLong(),
                reader.readInt());
        if (segment.endOffset <= firstOffset) {
            throw new CorruptData(
                    "the segment at offset " + firstOffset + " of a log ends at offset " + segment.endOffset);
        }
        return segment;
    }
}
