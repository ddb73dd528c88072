package dev.tandem.storage.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Kafka record batch, format v2: where its header fields lie, and the few that a broker reads or patches. Positions are
 * relative to the batch's first byte.
 *
 * <p>Kafka protocol, "Record Batch": baseOffset i64, batchLength i32 (from leader epoch on), partitionLeaderEpoch i32,
 * magic i8, crc u32 (CRC-32C from attributes to the end), attributes i16, lastOffsetDelta i32, baseTimestamp i64,
 * maxTimestamp i64, producerId i64, producerEpoch i16, baseSequence i32, recordsCount i32, records.
 */
public final class RecordBatchLayout {
    public static final int BASE_OFFSET = 0;
    public static final int BATCH_LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORDS_COUNT = 57;
    /** Bytes of the header: the records follow. */
    public static final int HEADER_SIZE = 61;
    /** Bytes that batchLength does not count. */
    public static final int LENGTH_OVERHEAD = 12;

    public static final byte MAGIC_V2 = 2;
    public static final short COMPRESSION_MASK = 0x07;
    public static final short TIMESTAMP_TYPE_MASK = 0x08;
    public static final short TRANSACTIONAL_MASK = 0x10;
    public static final short CONTROL_MASK = 0x20;
    /** The base timestamp is the time from which tombstones of the batch may go (KIP-534). */
    public static final short DELETE_HORIZON_MASK = 0x40;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private RecordBatchLayout() {}

    /** Size of the whole batch in bytes, from its length field; not checked against the array. */
    public static int sizeInBytes(byte[] array, int batch) {
        return getInt(array, batch + BATCH_LENGTH) + LENGTH_OVERHEAD;
    }

    /** Largest timestamp of a batch's records. */
    public static long maxTimestamp(byte[] array, int batch) {
        return getLong(array, batch + MAX_TIMESTAMP);
    }

    /** Timestamp of a batch's first record: with LogAppendTime all have the largest. */
    public static long firstTimestamp(byte[] array, int batch) {
        boolean logAppendTime = (getShort(array, batch + ATTRIBUTES) & TIMESTAMP_TYPE_MASK) != 0;
        return getLong(array, batch + (logAppendTime ? MAX_TIMESTAMP : BASE_TIMESTAMP));
    }

    /** CRC-32C of a batch of {@code size} bytes, as its crc field should say. */
    public static int computeCrc(byte[] array, int batch, int size) {
        var crc = new CRC32C();
        crc.update(array, batch + ATTRIBUTES, size - ATTRIBUTES);
        return (int) crc.getValue();
    }

    /** The time from which the batch's tombstones may go, if it was compacted with any. */
    public static OptionalLong deleteHorizon(byte[] array, int batch) {
        return (getShort(array, batch + ATTRIBUTES) & DELETE_HORIZON_MASK) != 0
                ? OptionalLong.of(getLong(array, batch + BASE_TIMESTAMP))
                : OptionalLong.empty();
    }

    public static long getLong(byte[] array, int index) {
        return (long) LONG.get(array, index);
    }

    public static int getInt(byte[] array, int index) {
        return (int) INT.get(array, index);
    }

    public static short getShort(byte[] array, int index) {
        return (short) SHORT.get(array, index);
    }

    public static void putLong(byte[] array, int index, long value) {
        LONG.set(array, index, value);
    }

    public static void putInt(byte[] array, int index, int value) {
        INT.set(array, index, value);
    }

    public static void putShort(byte[] array, int index, short value) {
        SHORT.set(array, index, value);
    }
}
