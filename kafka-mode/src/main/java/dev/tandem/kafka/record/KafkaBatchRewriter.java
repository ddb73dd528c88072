package dev.tandem.kafka.record;

import dev.tandem.storage.clean.BatchRewriter;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/**
 * Compaction of batches by kafka-clients' own filter. What a batch unpacks to was bounded when it was produced. Stateless:
 * for any thread.
 */
public final class KafkaBatchRewriter implements BatchRewriter {
    public static final KafkaBatchRewriter INSTANCE = new KafkaBatchRewriter();

    private KafkaBatchRewriter() {}

    @Override
    public void visitKeys(Slice batches, KeyVisitor visitor) {
        for (MutableRecordBatch batch : records(batches).batches()) {
            if (batch.isControlBatch()) {
                continue;
            }
            try (var unpacked = batch.streamingIterator(BufferSupplier.create())) {
                while (unpacked.hasNext()) {
                    Record record = unpacked.next();
                    if (record.hasKey()) {
                        visitor.visit(slice(record.key()), record.offset());
                    }
                }
            }
        }
    }

    @Override
    public Slice retain(Slice batches, KeyFilter filter, long nowMillis, long deleteRetentionMillis) {
        var kept = new ByteArrayOutputStream(batches.length());
        byte[] array = batches.array();
        int end = batches.offset() + batches.length();
        // One batch at a time: the filter ends early once a batch has outgrown its buffer.
        for (int at = batches.offset(); at < end; at += RecordBatchLayout.sizeInBytes(array, at)) {
            int size = RecordBatchLayout.sizeInBytes(array, at);
            var result = records(Slice.of(array, at, size))
                    .filterTo(
                            new NewestOnly(filter, nowMillis, deleteRetentionMillis),
                            ByteBuffer.allocate(size),
                            BufferSupplier.create(),
                            Integer.MAX_VALUE);
            Slice bytes = slice(result.outputBuffer().flip());
            kept.write(bytes.array(), bytes.offset(), bytes.length());
        }
        return Slice.of(kept.toByteArray());
    }

    private static MemoryRecords records(Slice batches) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(batches.array(), batches.offset(), batches.length())
                .slice());
    }

    private static Slice slice(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return Slice.of(copy);
    }

    /** Kafka's Cleaner.shouldRetainRecord. */
    private static final class NewestOnly extends RecordFilter {
        private final KeyFilter filter;

        NewestOnly(KeyFilter filter, long nowMillis, long deleteRetentionMillis) {
            super(nowMillis, deleteRetentionMillis);
            this.filter = filter;
        }

        @Override
        protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
            return new BatchRetentionResult(BatchRetention.DELETE_EMPTY, false);
        }

        @Override
        protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
            if (batch.isControlBatch()) {
                return true;
            }
            if (!record.hasKey() || !filter.isNewest(slice(record.key()), record.offset())) {
                return false;
            }
            var horizon = batch.deleteHorizonMs();
            return record.hasValue() || horizon.isEmpty() || currentTime < horizon.getAsLong();
        }
    }
}
