package dev.tandem.storage.testsupport;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.log.EntryUnpacker;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Record batches as Kafka's clients write and read them. */
public final class KafkaBatches {
    private KafkaBatches() {}

    /** A batch of records that have nothing but timestamps; with {@code logAppendTime} all have the largest. */
    public static Change.AppendBatch append(
            long logId, List<Long> timestamps, CompressionType codec, boolean logAppendTime) {
        long max = Collections.max(timestamps);
        var builder = MemoryRecords.builder(
                ByteBuffer.allocate(512),
                RecordBatch.MAGIC_VALUE_V2,
                Compression.of(codec).build(),
                logAppendTime ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
                0,
                logAppendTime ? max : RecordBatch.NO_TIMESTAMP);
        timestamps.forEach(time -> builder.append(time, new byte[] {1}, new byte[] {2}));
        ByteBuffer bytes = builder.build().buffer();
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return new Change.AppendBatch(logId, Slice.of(array), timestamps.size(), max, null);
    }

    /** An {@link EntryUnpacker}. */
    public static void visit(StoredEntry entry, EntryUnpacker.RecordVisitor visitor) {
        Slice batches = entry.batches();
        var records = MemoryRecords.readableRecords(ByteBuffer.wrap(batches.array(), batches.offset(), batches.length())
                .slice());
        for (Record record : records.records()) {
            if (!visitor.visit(record.offset(), record.timestamp())) {
                return;
            }
        }
    }
}
