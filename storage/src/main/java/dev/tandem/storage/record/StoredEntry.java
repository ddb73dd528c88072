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
        return baseOffset + envelope.offsetCount();
    }

    /** Records that are there: one per offset, fewer in a sparse entry. */
    public int recordCount() {
        if (!envelope.isSparse()) {
            return envelope.offsetCount();
        }
        int records = 0;
        for (int at = firstBatch(); at < end(); at = nextBatch(at)) {
            records += RecordBatchLayout.getInt(value.array(), at + RecordBatchLayout.RECORDS_COUNT);
        }
        return records;
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
        for (int at = firstBatch(); at < end(); at = nextBatch(at)) {
            max = Math.max(max, RecordBatchLayout.maxTimestamp(value.array(), at));
        }
        return max;
    }

    /** Smallest of its batches' first timestamps. */
    public long minTimestamp() {
        long min = Long.MAX_VALUE;
        for (int at = firstBatch(); at < end(); at = nextBatch(at)) {
            min = Math.min(min, RecordBatchLayout.firstTimestamp(value.array(), at));
        }
        return min;
    }

    /**
     * The message at an index of an entry of origin AMQP; it knows its offset.
     *
     * @param index from 0 to {@link #recordCount} - 1
     */
    public MessageView message(int index) {
        requireMessages();
        int count = positionedRecords();
        Objects.checkIndex(index, count);
        int batch = firstBatch();
        long baseTimestamp = RecordBatchLayout.getLong(value.array(), batch + RecordBatchLayout.BASE_TIMESTAMP);
        return MessageView.readRecord(
                value.array(),
                batch + positionOf(index, count),
                end(),
                baseOffset,
                baseTimestamp,
                index < sharedBodies.length ? sharedBodies[index] : null);
    }

    /** The message at an offset of an entry of origin AMQP; null when the offset is a gap. */
    public @Nullable MessageView messageAt(long offset) {
        requireMessages();
        if (offset < baseOffset || offset >= endOffset()) {
            return null;
        }
        int delta = (int) (offset - baseOffset);
        int index = envelope.isSparse() ? indexOf(delta) : delta;
        return index < 0 ? null : message(index);
    }

    private void requireMessages() {
        if (envelope.origin() != Origin.AMQP) {
            throw new IllegalStateException("the entry at offset " + baseOffset + " was not written by a queue");
        }
    }

    /** Finds a record among those that are left, by the offset it carries; negative when it is not there. */
    private int indexOf(int offsetDelta) {
        int count = positionedRecords();
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            var reader = new SliceReader(value.array(), firstBatch() + positionOf(middle, count), end());
            reader.readVarintInt();
            reader.readByte();
            reader.readVarint();
            int found = reader.readVarintInt();
            if (found == offsetDelta) {
                return middle;
            }
            if (found < offsetDelta) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Records that the envelope has positions of; a lone record needs none. */
    private int positionedRecords() {
        int positions = envelope.positionCount();
        if (envelope.isSparse()) {
            return Math.max(positions, 1);
        }
        if (positions != envelope.offsetCount() && !(positions == 0 && envelope.offsetCount() == 1)) {
            throw new CorruptData("the entry at offset " + baseOffset + " has " + positions + " positions for "
                    + envelope.offsetCount() + " records");
        }
        return envelope.offsetCount();
    }

    /** Where the record begins, from the start of the batch. */
    private int positionOf(int index, int count) {
        if (count == 1 && envelope.positionCount() == 0) {
            return RecordBatchLayout.HEADER_SIZE;
        }
        int position = RecordBatchLayout.getInt(value.array(), value.offset() + envelope.positionsAt() + 4 * index);
        if (position < RecordBatchLayout.HEADER_SIZE || position >= value.length() - envelope.size()) {
            throw new CorruptData(
                    "the entry at offset " + baseOffset + " has record " + index + " at position " + position);
        }
        return position;
    }

    /**
     * Checks lengths, format, base offsets and the CRC of every batch. The first batch begins at the entry's base offset;
     * in a sparse entry there may be gaps between batches and behind the last one.
     *
     * @throws CorruptData naming the offset and what is wrong
     */
    public void verify() {
        byte[] array = value.array();
        int at = value.offset() + envelope.size();
        int end = end();
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
            long base = RecordBatchLayout.getLong(array, at + RecordBatchLayout.BASE_OFFSET);
            boolean mayFollowAGap = envelope.isSparse() && offset > baseOffset;
            if (mayFollowAGap ? base < offset : base != offset) {
                throw new CorruptData("the batch at offset " + offset + " says it is at " + base);
            }
            offset = base + RecordBatchLayout.getInt(array, at + RecordBatchLayout.LAST_OFFSET_DELTA) + 1L;
            at += size;
        }
        if (envelope.isSparse() ? offset > endOffset() || offset == baseOffset : offset != endOffset()) {
            throw new CorruptData("the entry at offset " + baseOffset + " holds offsets up to " + offset
                    + ", its envelope says " + endOffset());
        }
    }

    /**
     * Whether it proves, once {@link #verify} has passed too, that it is what was stored in this place of this log: nothing
     * else needs to check where it came from.
     */
    public boolean isSealedFor(long logId) {
        int at = value.offset();
        return envelope.isSealed()
                && value.length() - envelope.size() >= RecordBatchLayout.HEADER_SIZE
                && RecordBatchLayout.getInt(value.array(), at + Envelope.CHECK)
                        == envelope.check(value.array(), at, logId);
    }

    /** Index in the array of the first batch, whose header fields are there. */
    private int firstBatch() {
        if (value.length() - envelope.size() < RecordBatchLayout.HEADER_SIZE) {
            throw new CorruptData("the entry at offset " + baseOffset + " has no batch: "
                    + (value.length() - envelope.size()) + " bytes follow its envelope");
        }
        return value.offset() + envelope.size();
    }

    /** Index in the array of the batch behind another; fails where lengths would lead nowhere. */
    private int nextBatch(int batch) {
        int size = RecordBatchLayout.sizeInBytes(value.array(), batch);
        int left = end() - batch;
        if (size < RecordBatchLayout.HEADER_SIZE
                || size > left
                || (size < left && left - size < RecordBatchLayout.HEADER_SIZE)) {
            throw new CorruptData("the entry at offset " + baseOffset + " has a batch that claims " + size + " bytes");
        }
        return batch + size;
    }

    /** Index in the array behind the last batch. */
    private int end() {
        return value.offset() + value.length();
    }
}
