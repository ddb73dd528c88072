package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DeleteRecords 0-2. v2 flexible. Raises a partition's log start offset; -1 means its high watermark. Records of topics that
 * are only compacted are not deleted.
 */
final class DeleteRecordsHandler implements ApiHandler<DeleteRecordsRequestData, DeleteRecordsResponseData> {
    private static final long HIGH_WATERMARK = -1;

    private final StorageEngine storage;
    private final TopicTable topics;

    DeleteRecordsHandler(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_RECORDS;
    }

    @Override
    public CompletionStage<DeleteRecordsResponseData> handle(RequestContext context, DeleteRecordsRequestData request) {
        var response = new DeleteRecordsResponseData();
        var pending = new ArrayList<CompletableFuture<?>>();
        for (DeleteRecordsTopic asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.name());
            var result = new DeleteRecordsTopicResult().setName(asked.name());
            response.topics().add(result);
            for (DeleteRecordsPartition partition : asked.partitions()) {
                var answer = new DeleteRecordsPartitionResult()
                        .setPartitionIndex(partition.partitionIndex())
                        .setLowWatermark(-1);
                result.partitions().add(answer);
                topic.flatMap(known -> known.partition(partition.partitionIndex()))
                        .ifPresentOrElse(
                                found -> {
                                    if (topic.get().settings().mayDelete()) {
                                        pending.add(delete(found, partition.offset(), answer));
                                    } else {
                                        answer.setErrorCode(Errors.POLICY_VIOLATION.code());
                                    }
                                },
                                () -> answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> response);
    }

    private CompletableFuture<?> delete(Partition partition, long before, DeleteRecordsPartitionResult answer) {
        return partition
                .log()
                .thenCompose(log -> trim(log, before).thenApply(done -> log.startOffset()))
                .handle((start, failure) -> failure == null
                        ? answer.setLowWatermark(start)
                        : answer.setErrorCode(KafkaErrors.of(failure).code()));
    }

    private CompletableFuture<?> trim(Log log, long before) {
        long end = log.highWatermark();
        long offset = before == HIGH_WATERMARK ? end : before;
        if (offset < 0 || offset > end) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException("Offset " + before + " is not below the high watermark " + end));
        }
        return storage.commit(Commit.builder().add(new Change.TrimLog(log.id(), offset)), Durability.SYNCED);
    }
}
