package dev.tandem.storage.producer;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change.ProducerSequence;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What one log remembers of one idempotent producer: its epoch and its last batches. Answers as Apache Kafka's
 * {@code ProducerAppendInfo} does. Commit thread only.
 *
 * <p>Value, big-endian: version u8, epoch i16, lastTimestamp i64, count u8, then per batch, oldest first, firstSequence
 * i32, lastSequence i32, baseOffset i64, timestamp i64. Version 1 has no timestamps.
 */
public final class ProducerWindow {
    /** Batches of which a repetition is recognised: clients keep as many in flight. */
    public static final int SIZE = 5;

    private static final byte VERSION = 2;
    private static final byte WITHOUT_TIMESTAMPS = 1;
    private static final int HEADER_SIZE = 12;
    private static final int BATCH_SIZE = 24;
    private static final int BATCH_SIZE_1 = 16;
    private static final long NO_TIMESTAMP = -1;
    private static final int NO_SEQUENCE = -1;
    private static final short NO_EPOCH = -1;

    private final Deque<Batch> batches = new ArrayDeque<>(SIZE);
    private short epoch = NO_EPOCH;
    private long lastTimestampMillis;

    private record Batch(int firstSequence, int lastSequence, long baseOffset, long timestampMillis) {}

    /** The window of a producer that the log does not know: any sequence is accepted. */
    public ProducerWindow() {}

    /** Judges a batch; changes nothing. */
    public Verdict check(ProducerSequence sequence) {
        if (epoch == NO_EPOCH) {
            // The state may have expired while the producer paused: Kafka takes any first sequence too.
            return new Verdict.Accept();
        }
        if (sequence.epoch() < epoch) {
            return new Verdict.Fenced(epoch);
        }
        if (sequence.epoch() > epoch || batches.isEmpty()) {
            return inOrder(sequence, 0);
        }
        for (var batch : batches) {
            if (batch.firstSequence == sequence.firstSequence() && batch.lastSequence == sequence.lastSequence()) {
                return new Verdict.Duplicate(batch.baseOffset, batch.timestampMillis);
            }
        }
        int last = batches.getLast().lastSequence;
        return inOrder(sequence, last == Integer.MAX_VALUE ? 0 : last + 1);
    }

    private static Verdict inOrder(ProducerSequence sequence, int expected) {
        return sequence.firstSequence() == expected ? new Verdict.Accept() : new Verdict.OutOfOrder(expected);
    }

    /**
     * Remembers a batch that {@link #check} accepted.
     *
     * @param timestampMillis the largest of its records' timestamps
     */
    public void record(ProducerSequence sequence, long baseOffset, long timestampMillis) {
        if (sequence.epoch() != epoch) {
            epoch = sequence.epoch();
            batches.clear();
        }
        if (batches.size() == SIZE) {
            batches.removeFirst();
        }
        batches.addLast(new Batch(sequence.firstSequence(), sequence.lastSequence(), baseOffset, timestampMillis));
        lastTimestampMillis = timestampMillis;
    }

    /** The producer's epoch; -1 while it is unknown. */
    public short epoch() {
        return epoch;
    }

    /** Sequence of the last record; -1 when no batch is known. */
    public int lastSequence() {
        return batches.isEmpty() ? NO_SEQUENCE : batches.getLast().lastSequence;
    }

    /** The last batch's timestamp; 0 when there was none. */
    public long lastTimestampMillis() {
        return lastTimestampMillis;
    }

    public byte[] encode() {
        byte[] value = new byte[HEADER_SIZE + batches.size() * BATCH_SIZE];
        value[0] = VERSION;
        RecordBatchLayout.putShort(value, 1, epoch);
        RecordBatchLayout.putLong(value, 3, lastTimestampMillis);
        value[11] = (byte) batches.size();
        int at = HEADER_SIZE;
        for (var batch : batches) {
            RecordBatchLayout.putInt(value, at, batch.firstSequence);
            RecordBatchLayout.putInt(value, at + 4, batch.lastSequence);
            RecordBatchLayout.putLong(value, at + 8, batch.baseOffset);
            RecordBatchLayout.putLong(value, at + 16, batch.timestampMillis);
            at += BATCH_SIZE;
        }
        return value;
    }

    /** Reads what {@link #encode} wrote, in this version or version 1. */
    public static ProducerWindow decode(Slice value) {
        var reader = new SliceReader(value);
        byte version = reader.readByte();
        if (version != VERSION && version != WITHOUT_TIMESTAMPS) {
            throw new CorruptData("a producer's state has version " + version + ", this engine reads " + VERSION);
        }
        var window = new ProducerWindow();
        window.epoch = reader.readShort();
        window.lastTimestampMillis = reader.readLong();
        int count = reader.readUnsignedByte();
        int batchSize = version == VERSION ? BATCH_SIZE : BATCH_SIZE_1;
        if (window.epoch < NO_EPOCH || count > SIZE || reader.remaining() != count * batchSize) {
            throw new CorruptData("a producer's state claims epoch " + window.epoch + " and " + count + " batches in "
                    + value.length() + " bytes");
        }
        for (int i = 0; i < count; i++) {
            window.batches.addLast(new Batch(
                    reader.readInt(),
                    reader.readInt(),
                    reader.readLong(),
                    version == VERSION ? reader.readLong() : NO_TIMESTAMP));
        }
        return window;
    }
}
