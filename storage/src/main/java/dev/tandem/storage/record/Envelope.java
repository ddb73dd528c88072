package dev.tandem.storage.record;

import dev.tandem.storage.StorageException.CorruptData;
import java.util.zip.CRC32C;

/**
 * What stands before the batches in a {@code records} value.
 *
 * <p>Layout, big-endian: version u8, flags u8 (bit 0 origin AMQP, bit 1 transient, bit 2 shares bodies, bit 3 sparse),
 * offsetCount i32, earliestExpiry i64, logBytes i64, transientRecords i64, positionCount i32, check u32 (not in version 1),
 * positions i32 each.
 *
 * <p>An entry as appended holds a record for every offset it takes. A <em>sparse</em> entry is what a rewrite left of one or
 * more of those: the records that remain keep their offsets, the others are gaps. Its running totals are those of the
 * last entry it stands for.
 *
 * <p>The check is the CRC-32C of the log's id (u64), of the envelope but for the check, and of what the CRC of the first batch
 * leaves out: with it an entry proves by itself that it is what was stored in its place. Sparse entries have none (0).
 *
 * @param version 2; entries of version 1 have no check
 * @param origin which mode wrote it
 * @param isTransient its records are dropped when the broker starts again
 * @param sharesBodies some of its messages refer to a body that is stored apart
 * @param isSparse not every offset has a record
 * @param offsetCount offsets the entry takes, from its base offset on; for how many records are there see
 *     {@link StoredEntry#recordCount}
 * @param earliestExpiryMillis when the first of its messages expires; {@link Long#MAX_VALUE} for never
 * @param logBytes batch bytes ever appended to the log, this entry included
 * @param transientRecords transient records ever appended to the log, this entry included
 * @param size bytes of the envelope: the batches follow
 */
public record Envelope(
        byte version,
        Origin origin,
        boolean isTransient,
        boolean sharesBodies,
        boolean isSparse,
        int offsetCount,
        long earliestExpiryMillis,
        long logBytes,
        long transientRecords,
        int size) {
    static final byte VERSION = 2;
    private static final byte WITHOUT_CHECK = 1;
    static final int FLAG_AMQP = 1;
    static final int FLAG_TRANSIENT = 2;
    static final int FLAG_SHARES_BODIES = 4;
    static final int FLAG_SPARSE = 8;
    static final int POSITION_COUNT = 30;
    static final int CHECK = 34;
    static final int FIXED_SIZE = 38;

    /** An envelope of an entry as appended, whose messages have their bodies with them. */
    public Envelope(
            Origin origin,
            boolean isTransient,
            int offsetCount,
            long earliestExpiryMillis,
            long logBytes,
            long transientRecords,
            int size) {
        this(origin, isTransient, false, false, offsetCount, earliestExpiryMillis, logBytes, transientRecords, size);
    }

    /** An envelope of the version that is written today. */
    public Envelope(
            Origin origin,
            boolean isTransient,
            boolean sharesBodies,
            boolean isSparse,
            int offsetCount,
            long earliestExpiryMillis,
            long logBytes,
            long transientRecords,
            int size) {
        this(
                VERSION,
                origin,
                isTransient,
                sharesBodies,
                isSparse,
                offsetCount,
                earliestExpiryMillis,
                logBytes,
                transientRecords,
                size);
    }

    /** Bytes of an envelope with so many positions. */
    public static int sizeWith(int positions) {
        return FIXED_SIZE + 4 * positions;
    }

    /** Reads the envelope at the start of a value. */
    public static Envelope read(Slice value) {
        if (value.length() < CHECK) {
            throw new CorruptData("an entry of " + value.length() + " bytes is shorter than its envelope");
        }
        byte[] array = value.array();
        int at = value.offset();
        byte version = array[at];
        if (version != VERSION && version != WITHOUT_CHECK) {
            throw new CorruptData("an entry has envelope version " + version + ", this engine reads " + WITHOUT_CHECK
                    + " and " + VERSION);
        }
        int fixedSize = fixedSize(version);
        int flags = array[at + 1];
        int positions = RecordBatchLayout.getInt(array, at + POSITION_COUNT);
        if (positions < 0 || value.length() < fixedSize || positions > (value.length() - fixedSize) / 4) {
            throw new CorruptData("an envelope claims " + positions + " positions in " + value.length() + " bytes");
        }
        int offsets = RecordBatchLayout.getInt(array, at + 2);
        if (offsets <= 0) {
            throw new CorruptData("an envelope claims " + offsets + " offsets");
        }
        return new Envelope(
                version,
                (flags & FLAG_AMQP) != 0 ? Origin.AMQP : Origin.KAFKA,
                (flags & FLAG_TRANSIENT) != 0,
                (flags & FLAG_SHARES_BODIES) != 0,
                (flags & FLAG_SPARSE) != 0,
                offsets,
                RecordBatchLayout.getLong(array, at + 6),
                RecordBatchLayout.getLong(array, at + 14),
                RecordBatchLayout.getLong(array, at + 22),
                fixedSize + 4 * positions);
    }

    private static int fixedSize(byte version) {
        return version == WITHOUT_CHECK ? CHECK : FIXED_SIZE;
    }

    /** Positions of records that it has. */
    int positionCount() {
        return (size - fixedSize(version)) / 4;
    }

    /** Where the first position stands, from the start of the value. */
    int positionsAt() {
        return fixedSize(version);
    }

    /** Whether its entry has a check. */
    boolean isSealed() {
        return version != WITHOUT_CHECK && !isSparse;
    }

    /** Writes the check of an entry that is whole, batches included. */
    public void seal(byte[] array, int at, long logId) {
        RecordBatchLayout.putInt(array, at + CHECK, check(array, at, logId));
    }

    /** What the check of an entry must be. */
    int check(byte[] array, int at, long logId) {
        var crc = new CRC32C();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (logId >>> shift));
        }
        crc.update(array, at, CHECK);
        crc.update(array, at + FIXED_SIZE, size - FIXED_SIZE + RecordBatchLayout.MAGIC);
        return (int) crc.getValue();
    }

    /** Writes the fixed part and the position count, no check yet; positions are written by the caller, behind it. */
    public void write(byte[] array, int at) {
        array[at] = VERSION;
        array[at + 1] = (byte) ((origin == Origin.AMQP ? FLAG_AMQP : 0)
                | (isTransient ? FLAG_TRANSIENT : 0)
                | (sharesBodies ? FLAG_SHARES_BODIES : 0)
                | (isSparse ? FLAG_SPARSE : 0));
        RecordBatchLayout.putInt(array, at + 2, offsetCount);
        RecordBatchLayout.putLong(array, at + 6, earliestExpiryMillis);
        RecordBatchLayout.putLong(array, at + 14, logBytes);
        RecordBatchLayout.putLong(array, at + 22, transientRecords);
        RecordBatchLayout.putInt(array, at + POSITION_COUNT, positionCount());
        RecordBatchLayout.putInt(array, at + CHECK, 0);
    }
}
