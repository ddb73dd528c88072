package dev.tandem.storage.record;

import java.util.List;

/** Builds stored entries of messages the way a commit does, byte by byte from the layout. */
final class EntryFixture {
    static final int LEADER_EPOCH = 7;

    private EntryFixture() {}

    /** An entry of one batch; record {@code i} has timestamp {@code baseTimestamp + 10 * i}. */
    static StoredEntry entry(long baseOffset, long baseTimestamp, List<Slice> tails) {
        int count = tails.size();
        var envelope = new Envelope(Origin.AMQP, false, count, Long.MAX_VALUE, 0, 0, Envelope.sizeWith(count));
        byte[] value = new byte
                [envelope.size()
                        + RecordBatchLayout.HEADER_SIZE
                        + tails.stream().mapToInt(tail -> tail.length() + 30).sum()];
        envelope.write(value, 0);
        int batch = envelope.size();
        int at = batch + RecordBatchLayout.HEADER_SIZE;
        for (int i = 0; i < count; i++) {
            RecordBatchLayout.putInt(value, Envelope.FIXED_SIZE + 4 * i, at - batch);
            at = putRecord(value, at, 10L * i, i, tails.get(i));
        }
        int size = at - batch;
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.BASE_OFFSET, baseOffset);
        RecordBatchLayout.putInt(
                value, batch + RecordBatchLayout.BATCH_LENGTH, size - RecordBatchLayout.LENGTH_OVERHEAD);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.LEADER_EPOCH, LEADER_EPOCH);
        value[batch + RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.LAST_OFFSET_DELTA, count - 1);
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.BASE_TIMESTAMP, baseTimestamp);
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.MAX_TIMESTAMP, baseTimestamp + 10L * (count - 1));
        RecordBatchLayout.putLong(value, batch + RecordBatchLayout.PRODUCER_ID, -1);
        RecordBatchLayout.putShort(value, batch + RecordBatchLayout.PRODUCER_EPOCH, (short) -1);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.BASE_SEQUENCE, -1);
        RecordBatchLayout.putInt(value, batch + RecordBatchLayout.RECORDS_COUNT, count);
        RecordBatchLayout.putInt(
                value, batch + RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(value, batch, size));
        return new StoredEntry(baseOffset, Slice.of(value, 0, at));
    }

    private static int putRecord(byte[] value, int index, long timestampDelta, int offsetDelta, Slice tail) {
        int length = 1 + Varint.size(timestampDelta) + Varint.size(offsetDelta) + tail.length();
        int at = Varint.put(value, index, length);
        value[at++] = 0;
        at = Varint.put(value, at, timestampDelta);
        at = Varint.put(value, at, offsetDelta);
        System.arraycopy(tail.array(), tail.offset(), value, at, tail.length());
        return at + tail.length();
    }
}
