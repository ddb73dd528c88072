package dev.tandem.storage.record;

import dev.tandem.storage.StorageException.CorruptData;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One value of the {@code records} family with the offset it is stored under: an envelope and the batches behind it. A
 * view on shared bytes.
 */
public final class StoredEntry {
    private static final @Nullable Slice[] NO_BODIES = {};

    private final long baseOffset;
    private final Slice value;
    private final Envelope envelope;
    /** By index of the message, the shared bodies that were read along; empty when none was. */
    private final @Nullable Slice[] sharedBodies;

    /** Reads the envelope of a value; the batches are not checked here, see {@link #verify}. */
    public StoredEntry(long baseOffset, Slice value) {
        this(baseOffset, value, Envelope.read(value), NO_BODIES);
    }

    private StoredEntry(long baseOffset, Slice value, Envelope envelope, @Nullable Slice[] sharedBodies) {
        this.baseOffset = baseOffset;
        this.value = value;
        this.envelope = envelope;
        this.sharedBodies = sharedBodies;
    }

    /**
     * The entry with bodies that its messages share with those of other logs.
     *
     * @param bodies by index of the message; null for a message whose body is inline, or was not read
     */
    public StoredEntry withSharedBodies(@Nullable Slice[] bodies) {
        return new StoredEntry(baseOffset, value, envelope, bodies);
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** One past the entry's last offset. */
    public long endOffset() {
        return baseOffset + envelope.recordCount();
    }

    public Envelope envelope() {
        return envelope;
    }

    /** The batches alone: what a Kafka reader is sent. */
    public Slice batches() {
        return value.slice(envelope.size(), value.length() - envelope.size());
    }

    /** Envelope and batches. */
    public Slice value() {
        return value;
    }

    /** Whether {@link #withSharedBodies} gave it bodies. */
    public boolean hasSharedBodies() {
        return sharedBodies.length > 0;
    }

    /** Bytes that the entry takes in memory: its value, and the shared bodies that were read along. */
    public long sizeInMemory() {
        long bytes = value.length();
        for (Slice body : sharedBodies) {
            bytes += body == null ? 0 : body.length();
        }
        return bytes;
    }

    /** Leader epoch of the first batch: the start of the broker that appended it. */
    public int leaderEpoch() {
        return RecordBatchLayout.getInt(value.array(), firstBatch() + RecordBatchLayout.LEADER_EPOCH);
    }

    /** Largest timestamp of its records, as the batches' headers tell. */
    public long maxTimestamp() {
        long max = Long.MIN_VALUE;
        for (int at = firstBatch(); at < end(); at += batchSize(at)) {
            max = Math.max(max, RecordBatchLayout.maxTimestamp(value.array(), at));
        }
        return max;
    }

    /** Smallest of its batches' first timestamps. */
    public long minTimestamp() {
        long min = Long.MAX_VALUE;
        for (int at = firstBatch(); at < end(); at += batchSize(at)) {
            min = Math.min(min, RecordBatchLayout.firstTimestamp(value.array(), at));
        }
        return min;
    }

    private int end() {
        return value.offset() + value.length();
    }

    /** Size of a batch of a {@link #verify}'d entry; the guard spares an unverified one an endless loop. */
    private int batchSize(int at) {
        int size = RecordBatchLayout.sizeInBytes(value.array(), at);
        if (size < RecordBatchLayout.HEADER_SIZE || size > end() - at) {
            throw new CorruptData("a batch of the entry at offset " + baseOffset + " claims " + size + " bytes");
        }
        return size;
    }

    /**
     * The message at an index of an entry of origin AMQP.
     *
     * @param index from 0 to {@code recordCount - 1}
     */
    public MessageView message(int index) {
        if (envelope.origin() != Origin.AMQP) {
            throw new IllegalStateException("the entry at offset " + baseOffset + " was not written by a queue");
        }
        Objects.checkIndex(index, envelope.recordCount());
        int batch = firstBatch();
        int position = positionOf(index);
        long baseTimestamp = RecordBatchLayout.getLong(value.array(), batch + RecordBatchLayout.BASE_TIMESTAMP);
        return MessageView.readRecord(
                value.array(),
                batch + position,
                value.offset() + value.length(),
                baseOffset,
                baseTimestamp,
                index < sharedBodies.length ? sharedBodies[index] : null);
    }

    /** Where the record begins, from the start of the batch; a lone record needs no position in the envelope. */
    private int positionOf(int index) {
        int positions = (envelope.size() - Envelope.FIXED_SIZE) / 4;
        if (positions == 0 && envelope.recordCount() == 1) {
            return RecordBatchLayout.HEADER_SIZE;
        }
        if (positions != envelope.recordCount()) {
            throw new CorruptData("the entry at offset " + baseOffset + " has " + positions + " positions for "
                    + envelope.recordCount() + " records");
        }
        int position = RecordBatchLayout.getInt(value.array(), value.offset() + Envelope.FIXED_SIZE + 4 * index);
        if (position < RecordBatchLayout.HEADER_SIZE || position >= value.length() - envelope.size()) {
            throw new CorruptData(
                    "the entry at offset " + baseOffset + " has record " + index + " at position " + position);
        }
        return position;
    }

    /**
     * Checks lengths, format, base offsets and the CRC of every batch.
     *
     * @throws CorruptData naming the offset and what is wrong
     */
    public void verify() {
        byte[] array = value.array();
        int at = value.offset() + envelope.size();
        int end = value.offset() + value.length();
        long offset = baseOffset;
        while (at < end) {
            if (end - at < RecordBatchLayout.HEADER_SIZE) {
                throw new CorruptData("the batch at offset " + offset + " is cut short: " + (end - at) + " bytes");
            }
            int size = RecordBatchLayout.sizeInBytes(array, at);
            if (size < RecordBatchLayout.HEADER_SIZE || size > end - at) {
                throw new CorruptData("the batch at offset " + offset + " claims " + size + " bytes");
            }
            // Magic lies outside of what the CRC covers.
            if (array[at + RecordBatchLayout.MAGIC] != RecordBatchLayout.MAGIC_V2) {
                throw new CorruptData(
                        "the batch at offset " + offset + " has format version " + array[at + RecordBatchLayout.MAGIC]);
            }
            if (RecordBatchLayout.getInt(array, at + RecordBatchLayout.CRC)
                    != RecordBatchLayout.computeCrc(array, at, size)) {
                throw new CorruptData("the batch at offset " + offset + " has a wrong CRC");
            }
            if (RecordBatchLayout.getLong(array, at + RecordBatchLayout.BASE_OFFSET) != offset) {
                throw new CorruptData("the batch at offset " + offset + " says it is at "
                        + RecordBatchLayout.getLong(array, at + RecordBatchLayout.BASE_OFFSET));
            }
            offset += RecordBatchLayout.getInt(array, at + RecordBatchLayout.LAST_OFFSET_DELTA) + 1L;
            at += size;
        }
        if (offset != endOffset()) {
            throw new CorruptData("the entry at offset " + baseOffset + " holds offsets up to " + offset
                    + ", its envelope says " + endOffset());
        }
    }

    /** Index in the array of the first batch, whose header fields are there. */
    private int firstBatch() {
        if (value.length() - envelope.size() < RecordBatchLayout.HEADER_SIZE) {
            throw new CorruptData("the entry at offset " + baseOffset + " has no batch: "
                    + (value.length() - envelope.size()) + " bytes follow its envelope");
        }
        return value.offset() + envelope.size();
    }
}
