package dev.tandem.kafka.record;

import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;

/**
 * Compresses the records of a batch anew, as a topic's {@code compression.type} demands. Everything else of the batch stays:
 * offsets, timestamps, the producer's stamp.
 */
final class BatchRebuilder {
    private BatchRebuilder() {}

    /** Rebuilds a batch that was found to be valid. */
    static Slice rebuild(Slice valid, Compression target) {
        MutableRecordBatch batch = MemoryRecords.readableRecords(
                        ByteBuffer.wrap(valid.array(), valid.offset(), valid.length())
                                .slice())
                .batches()
                .iterator()
                .next();
        var builder = MemoryRecords.builder(
                ByteBuffer.allocate(Math.max(512, valid.length())),
                RecordBatch.MAGIC_VALUE_V2,
                target,
                batch.timestampType(),
                batch.baseOffset(),
                batch.maxTimestamp(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        try (CloseableIterator<Record> records = batch.streamingIterator(BufferSupplier.create())) {
            records.forEachRemaining(record -> builder.appendWithOffset(record.offset(), record));
        }
        ByteBuffer built = builder.build().buffer();
        var bytes = new byte[built.remaining()];
        built.get(bytes);
        return Slice.of(bytes);
    }
}
