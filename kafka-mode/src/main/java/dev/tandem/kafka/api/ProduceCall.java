package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.record.ValidBatch;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * A Produce request under way: a commit for each partition, so that each gets its own result, and the answer when the
 * last has come. Event loop only.
 */
final class ProduceCall {
    private final StorageEngine storage;
    private final KafkaCounters counters;
    private final RequestContext context;
    private final Durability durability;
    private final ProduceResponseData response;
    private final List<PartitionAppend> appends;
    private final CompletableFuture<ProduceResponseData> answer = new CompletableFuture<>();
    private int outstanding;

    ProduceCall(
            StorageEngine storage,
            KafkaCounters counters,
            RequestContext context,
            short acks,
            ProduceResponseData response,
            List<PartitionAppend> appends) {
        this.storage = storage;
        this.counters = counters;
        this.context = context;
        this.durability = acks == -1 ? Durability.SYNCED : Durability.WRITTEN;
        this.response = response;
        this.appends = appends;
    }

    CompletableFuture<ProduceResponseData> answer() {
        return answer;
    }

    /** Submits what is valid, then says that the order is settled. */
    void submit(Runnable ordered) {
        outstanding = 1;
        for (PartitionAppend append : appends) {
            ValidBatch valid = append.valid();
            if (valid != null) {
                outstanding++;
                var change = new Change.AppendBatch(
                        append.partition().logId(),
                        valid.batch(),
                        valid.recordCount(),
                        valid.maxTimestamp(),
                        valid.sequence());
                storage.submit(
                        Commit.of(change, durability, context.eventLoop(), result -> appended(append, valid, result)));
            }
        }
        ordered.run();
        settle();
    }

    private void appended(PartitionAppend append, ValidBatch valid, CommitResult result) {
        StorageException refusal = result.error();
        if (refusal == null) {
            append.answer()
                    .setBaseOffset(result.value(0))
                    // As in Kafka, also where records keep the times of their producers.
                    .setLogAppendTimeMs(result.originalTimestamp(0).orElse(valid.logAppendTimeMillis()))
                    .setLogStartOffset(
                            append.partition().openLog().map(Log::startOffset).orElse(-1L));
            counters.produced(valid.recordCount(), valid.batch().length());
        } else {
            Errors error = KafkaErrors.of(refusal);
            append.answer().setErrorCode(error.code()).setErrorMessage(refusal.getMessage());
        }
        settle();
    }

    private void settle() {
        if (--outstanding == 0) {
            answer.complete(response);
        }
    }
}
