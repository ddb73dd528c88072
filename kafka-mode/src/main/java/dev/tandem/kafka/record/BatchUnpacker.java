package dev.tandem.kafka.record;

import dev.tandem.storage.log.EntryUnpacker;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/**
 * Unpacks stored batches for lookups by time. With LogAppendTime every record of a batch has the batch's largest timestamp.
 */
public final class BatchUnpacker implements EntryUnpacker {
    public static final BatchUnpacker INSTANCE = new BatchUnpacker();

    private BatchUnpacker() {}

    @Override
    public void visit(StoredEntry entry, RecordVisitor visitor) {
        Slice batches = entry.batches();
        var records = MemoryRecords.readableRecords(ByteBuffer.wrap(batches.array(), batches.offset(), batches.length())
                .slice());
        for (MutableRecordBatch batch : records.batches()) {
            try (var unpacked = batch.streamingIterator(BufferSupplier.create())) {
                while (unpacked.hasNext()) {
                    Record record = unpacked.next();
                    if (!visitor.visit(record.offset(), record.timestamp())) {
                        return;
                    }
                }
            }
        }
    }
}
