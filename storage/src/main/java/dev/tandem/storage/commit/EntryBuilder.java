package dev.tandem.storage.commit;

import dev.tandem.storage.commit.Change.AppendBatch;
import dev.tandem.storage.commit.Change.AppendMessage;
import dev.tandem.storage.commit.GroupBodies.StoredBody;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SegmentDirectory;
import dev.tandem.storage.record.Envelope;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.record.Varint;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.Segment;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a log under construction: a Kafka batch as it came, or the messages that reached the log in this group.
 * Sizes are known before anything is written, so the group's array is allocated once and every byte copied once.
 */
final class EntryBuilder {
    static final int MAX_RECORDS = 4096;
    static final int MAX_BYTES = 256 << 10;

    private final LogState log;
    private final long logId;
    private final long baseOffset;
    private final boolean isTransient;
    private final @Nullable AppendBatch batch;
    private final List<AppendMessage> messages;
    /** By index of the message; shorter than {@link #messages} when the last ones share no body. */
    private List<@Nullable StoredBody> sharedBodies = List.of();

    private long baseTimestamp;
    private long minTimestamp;
    private long maxTimestamp;
    private long offsetOfMaxTimestamp;
    private long earliestExpiry = Long.MAX_VALUE;
    private int batchBytes;
    private long sharedBytes;
    private long logBytes;
    private long transientRecords;
    private boolean isClosed;

    private EntryBuilder(LogState log, boolean isTransient, @Nullable AppendBatch batch) {
        this.log = log;
        this.logId = log.id();
        this.baseOffset = log.nextOffset();
        this.isTransient = isTransient;
        this.batch = batch;
        this.messages = batch == null ? new ArrayList<>(2) : List.of();
    }

    /** An entry of one Kafka batch; takes its offsets. */
    static EntryBuilder ofBatch(LogState log, AppendBatch batch) {
        var entry = new EntryBuilder(log, false, batch);
        entry.minTimestamp = RecordBatchLayout.firstTimestamp(
                batch.batch().array(), batch.batch().offset());
        entry.maxTimestamp = batch.maxTimestamp();
        entry.offsetOfMaxTimestamp = entry.baseOffset;
        entry.batchBytes = batch.batch().length();
        log.advance(batch.recordCount(), entry.batchBytes, false);
        entry.close();
        return entry;
    }

    /** An entry of messages, none yet. */
    static EntryBuilder ofMessages(LogState log, boolean isTransient) {
        var entry = new EntryBuilder(log, isTransient, null);
        entry.batchBytes = RecordBatchLayout.HEADER_SIZE;
        return entry;
    }

    /** Whether a message may join: same transience, bounds kept. Shared bodies count, for they are read along. */
    boolean accepts(AppendMessage message, @Nullable StoredBody body) {
        long bytes = batchBytes + sharedBytes + message.record().length() + (body == null ? 0 : body.length());
        return batch == null
                && message.isTransient() == isTransient
                && messages.size() < MAX_RECORDS
                && (messages.isEmpty() || bytes <= MAX_BYTES);
    }

    /**
     * Adds a message; returns its offset.
     *
     * @param sharedBody what its record refers to, if anything
     */
    long add(AppendMessage message, @Nullable StoredBody sharedBody) {
        int index = messages.size();
        if (sharedBody != null) {
            if (sharedBodies.isEmpty()) {
                sharedBodies = new ArrayList<>();
            }
            while (sharedBodies.size() < index) {
                sharedBodies.add(null);
            }
            sharedBodies.add(sharedBody);
            sharedBytes += sharedBody.length();
        }
        if (index == 0) {
            baseTimestamp = message.timestampMillis();
            minTimestamp = baseTimestamp;
        }
        if (index == 0 || message.timestampMillis() > maxTimestamp) {
            maxTimestamp = message.timestampMillis();
            offsetOfMaxTimestamp = baseOffset + index;
        }
        minTimestamp = Math.min(minTimestamp, message.timestampMillis());
        earliestExpiry = Math.min(earliestExpiry, message.expiresAtMillis());
        int body = bodySize(message, index);
        int size = Varint.size(body) + body;
        batchBytes += size;
        messages.add(message);
        // The batch's header counts with its first message.
        log.advance(1, size + (index == 0 ? RecordBatchLayout.HEADER_SIZE : 0), isTransient);
        return baseOffset + index;
    }

    /** Takes the log's running totals, the first time; nothing is added to it or behind it in its log before. */
    void close() {
        if (!isClosed) {
            logBytes = log.logBytes();
            transientRecords = log.transientRecords();
            isClosed = true;
        }
    }

    /** Adds a closed entry to its log's directory; {@code completed} takes the segments that are complete by that. */
    void addTo(SegmentDirectory directory, int leaderEpoch, Consumer<Segment> completed) {
        directory.append(
                baseOffset,
                recordCount(),
                batchBytes,
                minTimestamp,
                maxTimestamp,
                offsetOfMaxTimestamp,
                logBytes,
                leaderEpoch,
                completed);
    }

    LogState log() {
        return log;
    }

    /** Order of their rows' keys, in which RocksDB finds each row's place beside the one before. */
    static int inKeyOrder(EntryBuilder one, EntryBuilder other) {
        int byLog = Long.compareUnsigned(one.logId, other.logId);
        return byLog != 0 ? byLog : Long.compare(one.baseOffset, other.baseOffset);
    }

    /** Bytes of the row in a write batch. */
    int rowSize() {
        return BatchBuilder.rowSize(16, valueSize());
    }

    private int valueSize() {
        return Envelope.sizeWith(positions()) + batchBytes;
    }

    /** One message lies right behind the header; more need their positions. */
    private int positions() {
        return messages.size() > 1 ? messages.size() : 0;
    }

    private int recordCount() {
        return batch == null ? messages.size() : batch.recordCount();
    }

    private int bodySize(AppendMessage message, int index) {
        return 1
                + Varint.size(message.timestampMillis() - baseTimestamp)
                + Varint.size(index)
                + message.record().length();
    }

    /** Writes the row; returns the entry as readers see it, a view on the builder's array. */
    StoredEntry write(BatchBuilder rows, int leaderEpoch) {
        int valueSize = valueSize();
        Slice value = rows.reserve(ColumnFamily.RECORDS, StorageSchema.recordKey(logId, baseOffset), valueSize);
        byte[] array = value.array();
        int at = value.offset();
        int envelopeSize = Envelope.sizeWith(positions());
        var envelope = new Envelope(
                batch == null ? Origin.AMQP : Origin.KAFKA,
                isTransient,
                !sharedBodies.isEmpty(),
                false,
                recordCount(),
                earliestExpiry,
                logBytes,
                transientRecords,
                envelopeSize);
        envelope.write(array, at);
        if (batch == null) {
            writeMessages(array, at, at + envelopeSize, leaderEpoch);
        } else {
            Slice bytes = batch.batch();
            int to = at + envelopeSize;
            System.arraycopy(bytes.array(), bytes.offset(), array, to, bytes.length());
            RecordBatchLayout.putLong(array, to + RecordBatchLayout.BASE_OFFSET, baseOffset);
            RecordBatchLayout.putInt(array, to + RecordBatchLayout.LEADER_EPOCH, leaderEpoch);
        }
        envelope.seal(array, at, log.id());
        var entry = new StoredEntry(baseOffset, value);
        return sharedBodies.isEmpty() ? entry : entry.withSharedBodies(writtenBodies());
    }

    private @Nullable Slice[] writtenBodies() {
        var bodies = new @Nullable Slice[sharedBodies.size()];
        for (int i = 0; i < bodies.length; i++) {
            StoredBody body = sharedBodies.get(i);
            bodies[i] = body == null ? null : body.written();
        }
        return bodies;
    }

    private void writeMessages(byte[] array, int envelope, int start, int leaderEpoch) {
        int at = start + RecordBatchLayout.HEADER_SIZE;
        boolean positioned = positions() > 0;
        for (int i = 0; i < messages.size(); i++) {
            AppendMessage message = messages.get(i);
            if (positioned) {
                RecordBatchLayout.putInt(array, envelope + Envelope.sizeWith(i), at - start);
            }
            at = Varint.put(array, at, bodySize(message, i));
            array[at++] = 0;
            at = Varint.put(array, at, message.timestampMillis() - baseTimestamp);
            at = Varint.put(array, at, i);
            Slice record = message.record();
            System.arraycopy(record.array(), record.offset(), array, at, record.length());
            StoredBody body = i < sharedBodies.size() ? sharedBodies.get(i) : null;
            if (body != null) {
                MessageRecord.putBodyId(array, at, body.id());
            }
            at += record.length();
        }
        RecordBatchLayout.putLong(array, start + RecordBatchLayout.BASE_OFFSET, baseOffset);
        RecordBatchLayout.putInt(
                array, start + RecordBatchLayout.BATCH_LENGTH, batchBytes - RecordBatchLayout.LENGTH_OVERHEAD);
        RecordBatchLayout.putInt(array, start + RecordBatchLayout.LEADER_EPOCH, leaderEpoch);
        array[start + RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putShort(array, start + RecordBatchLayout.ATTRIBUTES, (short) 0);
        RecordBatchLayout.putInt(array, start + RecordBatchLayout.LAST_OFFSET_DELTA, messages.size() - 1);
        RecordBatchLayout.putLong(array, start + RecordBatchLayout.BASE_TIMESTAMP, baseTimestamp);
        RecordBatchLayout.putLong(array, start + RecordBatchLayout.MAX_TIMESTAMP, maxTimestamp);
        RecordBatchLayout.putLong(array, start + RecordBatchLayout.PRODUCER_ID, -1);
        RecordBatchLayout.putShort(array, start + RecordBatchLayout.PRODUCER_EPOCH, (short) -1);
        RecordBatchLayout.putInt(array, start + RecordBatchLayout.BASE_SEQUENCE, -1);
        RecordBatchLayout.putInt(array, start + RecordBatchLayout.RECORDS_COUNT, messages.size());
        RecordBatchLayout.putInt(
                array, start + RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(array, start, batchBytes));
    }
}
