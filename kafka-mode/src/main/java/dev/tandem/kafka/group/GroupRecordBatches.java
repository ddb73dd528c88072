package dev.tandem.kafka.group;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/** The changes that a coordinator's record batches amount to, and the offset behind them. */
record GroupRecordBatches(List<Change> changes, long nextOffset) {

    /** Copies the records: the runtime uses its buffer again as soon as {@code append} has returned. */
    static GroupRecordBatches copyOf(int partition, long baseOffset, MemoryRecords records) {
        var copy = ByteBuffer.allocate(records.sizeInBytes());
        copy.put(records.buffer().duplicate());
        copy.flip();
        List<Change> changes = new ArrayList<>(1);
        long offset = baseOffset;
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(copy).batches()) {
            if (batch.isControlBatch()) {
                for (Record marker : batch) {
                    changes.add(endOfTransaction(partition, offset, batch.producerId(), marker));
                    offset++;
                }
            } else {
                List<GroupRecord> slices = slices(batch);
                changes.add(new Change.PutGroupRecords(partition, offset, slices, producerOf(batch)));
                offset += slices.size();
            }
        }
        return new GroupRecordBatches(changes, offset);
    }

    private static Change endOfTransaction(int partition, long offset, long producerId, Record marker) {
        boolean commit =
                switch (ControlRecordType.parse(marker.key())) {
                    case COMMIT -> true;
                    case ABORT -> false;
                    default ->
                        throw new IllegalArgumentException(
                                "A control batch that ends no transaction was appended to coordinator partition "
                                        + partition);
                };
        return new Change.EndGroupTransaction(partition, offset, producerId, commit);
    }

    private static Change.@Nullable GroupProducer producerOf(MutableRecordBatch batch) {
        return batch.isTransactional() ? new Change.GroupProducer(batch.producerId(), batch.producerEpoch()) : null;
    }

    private static List<GroupRecord> slices(MutableRecordBatch batch) {
        List<GroupRecord> slices = new ArrayList<>();
        for (Record record : batch) {
            slices.add(new GroupRecord(slice(record.key()), record.hasValue() ? slice(record.value()) : null));
        }
        return slices;
    }

    @SuppressWarnings("ByteBufferBackingArray") // a slice of the copy made above, which is ours alone
    private static Slice slice(ByteBuffer buffer) {
        return Slice.of(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }
}
