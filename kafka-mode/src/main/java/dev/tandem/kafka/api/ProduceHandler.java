package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.record.BatchValidator;
import dev.tandem.kafka.record.UnpackLimitException;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Produce 3-13. v3 record batches of format 2 only (KIP-896), v7 zstd, v8 errors by record, v9 flexible, v10 leader
 * hints, v13 topic ids. Transactional batches are refused with INVALID_TXN_STATE.
 *
 * <p>acks=all is answered when the batch is synced, acks=1 when it is written, acks=0 never.
 */
final class ProduceHandler implements PipelinedHandler<ProduceRequestData, ProduceResponseData> {
    private static final short TOPIC_IDS_SINCE = 13;
    /** Compressed batches up to this size are tried on the event loop, as far as they unpack to no more than below. */
    private static final int INLINE_PACKED = 4 << 10;

    private static final int INLINE_UNPACKED = 64 << 10;
    /** Requests with more record bytes than this are checked off the event loop, compressed or not. */
    private static final int INLINE_BYTES = 4 << 20;

    private final StorageEngine storage;
    private final TopicTable topics;
    private final BatchValidator validator;
    private final Executor validators;
    private final KafkaCounters counters;

    ProduceHandler(
            StorageEngine storage,
            TopicTable topics,
            BatchValidator validator,
            Executor validators,
            KafkaCounters counters) {
        this.storage = storage;
        this.topics = topics;
        this.validator = validator;
        this.validators = validators;
        this.counters = counters;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.PRODUCE;
    }

    @Override
    public CompletionStage<ProduceResponseData> handle(
            RequestContext context, ProduceRequestData request, Runnable ordered) {
        if (request.transactionalId() != null) {
            return CompletableFuture.failedFuture(new InvalidTxnStateException("Transactions are not built."));
        }
        if (request.acks() < -1 || request.acks() > 1) {
            return CompletableFuture.failedFuture(
                    Errors.INVALID_REQUIRED_ACKS.exception("acks must be 0, 1 or -1 (all), not " + request.acks()));
        }
        var response = new ProduceResponseData();
        List<PartitionAppend> appends = read(context.apiVersion(), request, response);
        var call = new ProduceCall(storage, counters, context, request.acks(), response, appends);
        if (mayValidateInline(appends)) {
            try {
                appends.forEach(append -> append.validate(validator, context.apiVersion(), INLINE_UNPACKED));
                call.submit(ordered);
                return call.answer();
            } catch (UnpackLimitException e) {
                // Larger than it looked: once more, elsewhere.
            }
        }
        // A future, so that a failure that nobody foresaw is answered too.
        CompletableFuture.runAsync(
                        () -> appends.forEach(append -> append.validate(validator, context.apiVersion())), validators)
                .thenRunAsync(() -> call.submit(ordered), context.eventLoop())
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        call.answer().completeExceptionally(failure);
                    }
                });
        return call.answer();
    }

    private List<PartitionAppend> read(short version, ProduceRequestData request, ProduceResponseData response) {
        var appends = new ArrayList<PartitionAppend>();
        for (TopicProduceData asked : request.topicData()) {
            boolean byId = version >= TOPIC_IDS_SINCE;
            Optional<Topic> topic = byId ? topics.byId(asked.topicId()) : topics.byName(asked.name());
            var answers = new ArrayList<PartitionProduceResponse>(
                    asked.partitionData().size());
            for (PartitionProduceData data : asked.partitionData()) {
                var answer =
                        new PartitionProduceResponse().setIndex(data.index()).setBaseOffset(-1);
                answers.add(answer);
                Optional<Partition> partition = topic.flatMap(known -> known.partition(data.index()));
                if (topic.isPresent() && partition.isPresent()) {
                    appends.add(new PartitionAppend(topic.get(), partition.get(), data.records(), answer));
                } else {
                    Errors error =
                            byId && topic.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
                    answer.setErrorCode(error.code()).setErrorMessage(error.message());
                }
            }
            response.responses()
                    .add(new TopicProduceResponse()
                            .setName(asked.name())
                            .setTopicId(asked.topicId())
                            .setPartitionResponses(answers));
        }
        return appends;
    }

    private static boolean mayValidateInline(List<PartitionAppend> appends) {
        long bytes = 0;
        long packed = 0;
        for (PartitionAppend append : appends) {
            if (append.demandsCompression()) {
                return false;
            }
            bytes += append.batch().length();
            if (BatchValidator.isCompressed(append.batch())) {
                packed += append.batch().length();
            }
        }
        return bytes <= INLINE_BYTES && packed <= INLINE_PACKED;
    }
}
