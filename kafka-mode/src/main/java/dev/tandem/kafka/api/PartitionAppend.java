package dev.tandem.kafka.api;

import dev.tandem.kafka.record.BatchValidator;
import dev.tandem.kafka.record.RejectedBatchException;
import dev.tandem.kafka.record.ValidBatch;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.storage.record.Slice;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/** One partition's part of a Produce request. Used by one thread at a time. */
final class PartitionAppend {
    private final Topic topic;
    private final Partition partition;
    private final Slice batch;
    private final PartitionProduceResponse answer;
    private @Nullable ValidBatch valid;

    PartitionAppend(Topic topic, Partition partition, @Nullable BaseRecords records, PartitionProduceResponse answer) {
        this.topic = topic;
        this.partition = partition;
        this.batch = records instanceof MemoryRecords inFrame ? slice(inFrame) : Slice.EMPTY;
        this.answer = answer;
    }

    /** The bytes as received: a part of the request's frame, which is an array. */
    @SuppressWarnings("ByteBufferBackingArray") // offset and position are both heeded
    private static Slice slice(MemoryRecords records) {
        var buffer = records.buffer();
        return Slice.of(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }

    Slice batch() {
        return batch;
    }

    /** Whether the batch may have to be compressed anew. */
    boolean demandsCompression() {
        return topic.settings().compression() != null;
    }

    Partition partition() {
        return partition;
    }

    PartitionProduceResponse answer() {
        return answer;
    }

    /** The batch once it is validated; null when it was rejected, which the answer then says. */
    @Nullable
    ValidBatch valid() {
        return valid;
    }

    void validate(BatchValidator validator, short version) {
        run(() -> validator.validate(batch, where(), topic.settings(), version));
    }

    void validate(BatchValidator validator, short version, long unpackLimit) {
        run(() -> validator.validate(batch, where(), topic.settings(), version, unpackLimit));
    }

    private TopicPartition where() {
        return new TopicPartition(topic.name(), partition.index());
    }

    /** Once only: a batch that is found to be valid may have been stamped. */
    private void run(Supplier<ValidBatch> validation) {
        if (valid != null || answer.errorCode() != Errors.NONE.code()) {
            return;
        }
        try {
            valid = validation.get();
        } catch (RejectedBatchException e) {
            answer.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            answer.setRecordErrors(e.recordErrors().stream()
                    .map(record -> new BatchIndexAndErrorMessage()
                            .setBatchIndex(record.index())
                            .setBatchIndexErrorMessage(record.message()))
                    .toList());
        }
    }
}
