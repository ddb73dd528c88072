package dev.tandem.storage.record;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds the entry that a rewrite leaves of messages of one log: one batch, in which each keeps its offset. The messages
 * come from entries of one leader epoch and are all transient or all durable. Not for use by several threads.
 */
public final class SparseEntryBuilder {
    private final boolean isTransient;
    private final int leaderEpoch;
    private final List<Message> messages = new ArrayList<>();
    private boolean sharesBodies;
    private int batchBytes = RecordBatchLayout.HEADER_SIZE;
    private long maxTimestamp = Long.MIN_VALUE;
    private long earliestExpiry = Long.MAX_VALUE;

    /** An entry without messages yet. */
    public SparseEntryBuilder(boolean isTransient, int leaderEpoch) {
        this.isTransient = isTransient;
        this.leaderEpoch = leaderEpoch;
    }

    public boolean isEmpty() {
        return messages.isEmpty();
    }

    public int messageCount() {
        return messages.size();
    }

    /** Bytes of the batch so far. */
    public int batchBytes() {
        return batchBytes;
    }

    /** Adds a message as it is. */
    public void add(MessageView message) {
        add(
                message.offset(),
                message.timestampMillis(),
                message.expiresAtMillis(),
                message.sharedBody() != null,
                message.encoded());
    }

    /**
     * Adds a message.
     *
     * @param offset higher than those before
     * @param sharesBody the record refers to a body that is stored apart
     * @param record as {@link MessageRecord#encode} makes it; copied by {@link #build}
     */
    public void add(long offset, long timestampMillis, long expiresAtMillis, boolean sharesBody, Slice record) {
        if (!messages.isEmpty() && offset <= messages.get(messages.size() - 1).offset) {
            throw new IllegalArgumentException("offset " + offset + " does not follow the message before");
        }
        var message = new Message(offset, timestampMillis, record);
        messages.add(message);
        maxTimestamp = Math.max(maxTimestamp, timestampMillis);
        sharesBodies |= sharesBody;
        earliestExpiry = Math.min(earliestExpiry, expiresAtMillis);
        int body = bodySize(message);
        batchBytes += Varint.size(body) + body;
    }

    private int bodySize(Message message) {
        return 1
                + Varint.size(message.timestampMillis - first().timestampMillis)
                + Varint.size(message.offset - first().offset)
                + message.record.length();
    }

    private Message first() {
        return messages.get(0);
    }

    /**
     * The entry, which begins at its first message.
     *
     * @param endOffset past its last message; where the range ends that it stands for
     * @param logBytes running total of the last entry it stands for
     * @param transientRecords likewise
     */
    public StoredEntry build(long endOffset, long logBytes, long transientRecords) {
        int envelopeSize = Envelope.sizeWith(messages.size());
        byte[] value = new byte[envelopeSize + batchBytes];
        long baseOffset = first().offset;
        new Envelope(
                        Origin.AMQP,
                        isTransient,
                        sharesBodies,
                        true,
                        Math.toIntExact(endOffset - baseOffset),
                        earliestExpiry,
                        logBytes,
                        transientRecords,
                        envelopeSize)
                .write(value, 0);
        int at = envelopeSize + RecordBatchLayout.HEADER_SIZE;
        for (int i = 0; i < messages.size(); i++) {
            RecordBatchLayout.putInt(value, Envelope.sizeWith(i), at - envelopeSize);
            Message message = messages.get(i);
            at = Varint.put(value, at, bodySize(message));
            value[at++] = 0;
            at = Varint.put(value, at, message.timestampMillis - first().timestampMillis);
            at = Varint.put(value, at, message.offset - baseOffset);
            Slice record = message.record;
            System.arraycopy(record.array(), record.offset(), value, at, record.length());
            at += record.length();
        }
        writeHeader(value, envelopeSize, (int) (endOffset - 1 - baseOffset));
        var entry = new StoredEntry(baseOffset, Slice.of(value));
        entry.verify();
        return entry;
    }

    private void writeHeader(byte[] value, int batch, int lastOffsetDelta) {
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.BASE_OFFSET, first().offset);
        RecordBatchLayout.putInt(
                value, batch + RecordBatchLayout.BATCH_LENGTH, batchBytes - RecordBatchLayout.LENGTH_OVERHEAD);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.LEADER_EPOCH, leaderEpoch);
        value[batch + RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.LAST_OFFSET_DELTA, lastOffsetDelta);
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.BASE_TIMESTAMP, first().timestampMillis);
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.MAX_TIMESTAMP, maxTimestamp);
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.PRODUCER_ID, -1);
        RecordBatchLayout.putShort(value, batch + RecordBatchLayout.PRODUCER_EPOCH, (short) -1);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.BASE_SEQUENCE, -1);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.RECORDS_COUNT, messages.size());
        RecordBatchLayout.putInt(
                value, batch + RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(value, batch, batchBytes));
    }

    private record Message(long offset, long timestampMillis, Slice record) {}
}
