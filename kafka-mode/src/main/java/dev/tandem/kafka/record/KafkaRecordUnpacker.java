package dev.tandem.kafka.record;

import dev.tandem.storage.record.RecordUnpacker;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.UnpackedRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens stored batches, whatever their compression, for readers that want records. What a batch unpacks to was bounded when
 * it was produced, and it is unpacked no further than the visitor goes. Stateless: for any thread.
 */
public final class KafkaRecordUnpacker implements RecordUnpacker {
    public static final KafkaRecordUnpacker INSTANCE = new KafkaRecordUnpacker();

    private KafkaRecordUnpacker() {}

    @Override
    public void visit(Slice batches, RecordVisitor visitor) {
        var records = MemoryRecords.readableRecords(ByteBuffer.wrap(batches.array(), batches.offset(), batches.length())
                .slice());
        for (MutableRecordBatch batch : records.batches()) {
            if (batch.isControlBatch()) {
                continue;
            }
            try (var unpacked = batch.streamingIterator(BufferSupplier.create())) {
                while (unpacked.hasNext()) {
                    if (!visitor.visit(copy(unpacked.next()))) {
                        return;
                    }
                }
            }
        }
    }

    private static UnpackedRecord copy(Record record) {
        List<UnpackedRecord.Header> headers = Arrays.stream(record.headers())
                .map(header -> new UnpackedRecord.Header(header.key(), valueOf(header)))
                .toList();
        return new UnpackedRecord(
                record.offset(), record.timestamp(), copy(record.key()), copy(record.value()), headers);
    }

    private static @Nullable Slice valueOf(Header header) {
        byte[] value = header.value();
        return value == null ? null : Slice.of(value);
    }

    private static @Nullable Slice copy(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Slice.of(bytes);
    }
}
