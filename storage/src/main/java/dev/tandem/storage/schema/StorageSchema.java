package dev.tandem.storage.schema;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.ByteBuffer;

/**
 * Every key, and the values that have no class of their own. Big-endian, so that byte order is logical order; all numbers
 * in keys are non-negative.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><td>meta</td><td>ASCII name</td></tr>
 *   <tr><td>records</td><td>logId u64 | baseOffset u64</td></tr>
 *   <tr><td>logs</td><td>logId u64 | kind u8 (0 head, 1 segment, 2 compacted end) | segment: firstOffset u64</td></tr>
 *   <tr><td>cursors</td><td>logId u64 | cursorId u32 | kind u8 (0 head, 1 delta, 2 chunk, 3 counts) | number u64</td></tr>
 *   <tr><td>catalog</td><td>kind u8 | name parts, escaped and terminated</td></tr>
 *   <tr><td>groups</td><td>partition u16 | kind u8 (0 head, 1 committed, 2 pending) | pending: producerId u64 | key</td></tr>
 *   <tr><td>producers</td><td>logId u64 | producerId u64</td></tr>
 *   <tr><td>transient</td><td>logId u64 | firstOffset u64</td></tr>
 *   <tr><td>bodies</td><td>kind u8 (0 body, 1 reference) | body: bodyId u64; reference: segment u64 | logId u64</td></tr>
 * </table>
 */
public final class StorageSchema {
    /** Raised with every change of a key or value layout; one class of {@code storage.migration} per step. */
    public static final int VERSION = 2;
    /** The oldest version that is migrated. */
    public static final int OLDEST_VERSION = 1;

    /** Meta: schema version, u32. */
    public static final byte[] SCHEMA_VERSION = "schema-version".getBytes(US_ASCII);
    /** Meta: index of the last commit group applied, u64; in every group's write batch. */
    public static final byte[] APPLIED_INDEX = "applied-index".getBytes(US_ASCII);
    /** Meta: leader epoch of the last start, u64. */
    public static final byte[] LEADER_EPOCH = "leader-epoch".getBytes(US_ASCII);
    /** Meta: lowest log id never used, u64. */
    public static final byte[] NEXT_LOG_ID = "next-log-id".getBytes(US_ASCII);
    /** Meta: lowest producer id never used, u64. */
    public static final byte[] NEXT_PRODUCER_ID = "next-producer-id".getBytes(US_ASCII);
    /** Meta: index of the last group that changed a definition, u64. */
    public static final byte[] CATALOG_REVISION = "catalog-revision".getBytes(US_ASCII);
    /** Meta: applied index of the last clean stop, u64. */
    public static final byte[] CLEAN_STOP = "clean-stop".getBytes(US_ASCII);

    /** Meta: lowest shared body id never used, u64. */
    public static final byte[] NEXT_BODY_ID = "next-body-id".getBytes(US_ASCII);

    public static final byte LOG_HEAD = 0;
    public static final byte LOG_SEGMENT = 1;
    public static final byte LOG_COMPACTED = 2;

    public static final byte CURSOR_HEAD = 0;
    public static final byte CURSOR_DELTA = 1;
    public static final byte CURSOR_CHUNK = 2;
    public static final byte CURSOR_COUNTS = 3;

    public static final byte BODY = 0;
    public static final byte BODY_REFERENCE = 1;

    public static final byte GROUP_HEAD = 0;
    public static final byte GROUP_COMMITTED = 1;
    public static final byte GROUP_PENDING = 2;

    private StorageSchema() {}

    public static byte[] u32(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    public static byte[] u64(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    /** Reads a u32 value of the meta family. */
    public static int readU32(byte[] value) {
        if (value.length != 4) {
            throw new CorruptData("a number of the meta family has " + value.length + " bytes");
        }
        return ByteBuffer.wrap(value).getInt();
    }

    /** Reads a u64 value of the meta family. */
    public static long readU64(byte[] value) {
        if (value.length != 8) {
            throw new CorruptData("a number of the meta family has " + value.length + " bytes");
        }
        return ByteBuffer.wrap(value).getLong();
    }

    public static byte[] recordKey(long logId, long baseOffset) {
        return ByteBuffer.allocate(16).putLong(logId).putLong(baseOffset).array();
    }

    public static long logIdOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    /** Base offset in a records key. */
    public static long baseOffsetOf(byte[] recordKey) {
        return ByteBuffer.wrap(recordKey).getLong(8);
    }

    public static byte[] logHeadKey(long logId) {
        return ByteBuffer.allocate(9).putLong(logId).put(LOG_HEAD).array();
    }

    /** Key of the end of the part of a log that is compacted; its value is a u64. */
    public static byte[] compactedKey(long logId) {
        return ByteBuffer.allocate(9).putLong(logId).put(LOG_COMPACTED).array();
    }

    public static byte[] segmentKey(long logId, long firstOffset) {
        return ByteBuffer.allocate(17)
                .putLong(logId)
                .put(LOG_SEGMENT)
                .putLong(firstOffset)
                .array();
    }

    /** First offset in a segment's key. */
    public static long segmentOffsetOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(9);
    }

    /** Whether a key of the logs family is that of a head row, or of the mark in its place. */
    public static boolean isLogHead(byte[] key) {
        return key.length == 9 && key[8] == LOG_HEAD;
    }

    public static byte[] cursorKey(long logId, int cursorId, byte kind, long number) {
        return ByteBuffer.allocate(21)
                .putLong(logId)
                .putInt(cursorId)
                .put(kind)
                .putLong(number)
                .array();
    }

    /** First key of everything stored for a cursor. */
    public static byte[] cursorPrefix(long logId, int cursorId) {
        return ByteBuffer.allocate(12).putLong(logId).putInt(cursorId).array();
    }

    /** Cursor id of a cursor key. */
    public static int cursorIdOf(byte[] key) {
        return ByteBuffer.wrap(key).getInt(8);
    }

    /** Kind byte of a cursor key. */
    public static byte cursorKind(byte[] key) {
        return key[12];
    }

    /** Slot or chunk number of a cursor key. */
    public static long cursorNumber(byte[] key) {
        return ByteBuffer.wrap(key).getLong(13);
    }

    public static byte[] producerKey(long logId, long producerId) {
        return ByteBuffer.allocate(16).putLong(logId).putLong(producerId).array();
    }

    /** Producer id in a producers key. */
    public static long producerIdOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(8);
    }

    /** Key of a chunk of a non-durable log, whose ids are numbered anew with every start. */
    public static byte[] transientKey(long logId, long firstOffset) {
        return recordKey(logId, firstOffset);
    }

    /** First key of a log in the families whose keys begin with a log id. */
    public static byte[] logPrefix(long logId) {
        return u64(logId);
    }

    public static byte[] bodyKey(long bodyId) {
        return ByteBuffer.allocate(9).put(BODY).putLong(bodyId).array();
    }

    /** Body id of a body's key. */
    public static long bodyIdOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    public static byte[] bodyReferenceKey(long segment, long logId) {
        return ByteBuffer.allocate(17)
                .put(BODY_REFERENCE)
                .putLong(segment)
                .putLong(logId)
                .array();
    }

    /** First key of the references to a body segment. */
    public static byte[] bodyReferencePrefix(long segment) {
        return ByteBuffer.allocate(9).put(BODY_REFERENCE).putLong(segment).array();
    }

    /** Segment of a reference's key. */
    public static long bodySegmentOf(byte[] referenceKey) {
        return ByteBuffer.wrap(referenceKey).getLong(1);
    }

    /** Log id of a reference's key. */
    public static long bodyReferrerOf(byte[] referenceKey) {
        return ByteBuffer.wrap(referenceKey).getLong(9);
    }

    public static byte[] groupHeadKey(int partition) {
        return groupPrefix(partition, GROUP_HEAD);
    }

    /** First key of one kind of rows of a coordinator partition. */
    public static byte[] groupPrefix(int partition, byte kind) {
        return ByteBuffer.allocate(3).putShort((short) partition).put(kind).array();
    }

    public static byte[] groupCommittedKey(int partition, Slice key) {
        return ByteBuffer.allocate(3 + key.length())
                .putShort((short) partition)
                .put(GROUP_COMMITTED)
                .put(key.array(), key.offset(), key.length())
                .array();
    }

    /** First key of a producer's pending rows. */
    public static byte[] groupPendingPrefix(int partition, long producerId) {
        return ByteBuffer.allocate(11)
                .putShort((short) partition)
                .put(GROUP_PENDING)
                .putLong(producerId)
                .array();
    }

    public static byte[] groupPendingKey(int partition, long producerId, Slice key) {
        return ByteBuffer.allocate(11 + key.length())
                .putShort((short) partition)
                .put(GROUP_PENDING)
                .putLong(producerId)
                .put(key.array(), key.offset(), key.length())
                .array();
    }

    /** The coordinator's key within a committed row's key. */
    public static Slice committedKeyOf(byte[] rowKey) {
        return Slice.of(rowKey, 3, rowKey.length - 3);
    }

    /** The producer within a pending row's key. */
    public static long pendingProducerOf(byte[] rowKey) {
        return ByteBuffer.wrap(rowKey).getLong(3);
    }

    /** The coordinator's key within a pending row's key. */
    public static Slice pendingKeyOf(byte[] rowKey) {
        return Slice.of(rowKey, 11, rowKey.length - 11);
    }

    /** Committed value: recordOffset u64 | value. */
    public static byte[] committedValue(long recordOffset, Slice value) {
        return ByteBuffer.allocate(8 + value.length())
                .putLong(recordOffset)
                .put(value.array(), value.offset(), value.length())
                .array();
    }

    /** Pending value: recordOffset u64 | producerEpoch i16 | present u8 | value. */
    public static byte[] pendingValue(
            long recordOffset, short producerEpoch, @org.jspecify.annotations.Nullable Slice value) {
        var buffer = ByteBuffer.allocate(11 + (value == null ? 0 : value.length()))
                .putLong(recordOffset)
                .putShort(producerEpoch)
                .put((byte) (value == null ? 0 : 1));
        if (value != null) {
            buffer.put(value.array(), value.offset(), value.length());
        }
        return buffer.array();
    }

    /** A reader over a row's value. */
    public static SliceReader reader(byte[] value) {
        return new SliceReader(Slice.of(value));
    }

    /** The smallest key greater than every key that begins with {@code prefix}. */
    public static byte[] prefixEnd(byte[] prefix) {
        byte[] end = prefix.clone();
        for (int i = end.length - 1; i >= 0; i--) {
            if (++end[i] != 0) {
                return end;
            }
        }
        throw new IllegalArgumentException("no key is greater than every key of this prefix");
    }
}
