package dev.tandem.kafka.api;

import dev.tandem.kafka.record.BatchUnpacker;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.TimedOffset;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/**
 * ListOffsets 1-11. v2 isolation level, v4 leader epochs, v6 flexible, v7 offset of the largest timestamp, v8 earliest
 * local, v9 latest tiered, v10 timeout, v11 earliest pending upload.
 *
 * <p>Without tiered storage everything is local and nothing tiered or pending: those answer offset -1, as Kafka does.
 */
final class ListOffsetsHandler implements ApiHandler<ListOffsetsRequestData, ListOffsetsResponseData> {
    private static final short LEADER_EPOCH_SINCE = 4;
    private static final long UNKNOWN = -1;

    private final StorageEngine storage;
    private final TopicTable topics;

    ListOffsetsHandler(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_OFFSETS;
    }

    @Override
    public CompletionStage<ListOffsetsResponseData> handle(RequestContext context, ListOffsetsRequestData request) {
        var response = new ListOffsetsResponseData();
        var pending = new ArrayList<CompletableFuture<?>>();
        for (ListOffsetsTopic asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.name());
            var answers = new ArrayList<ListOffsetsPartitionResponse>();
            for (ListOffsetsPartition partition : asked.partitions()) {
                var answer = new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
                answers.add(answer);
                topic.flatMap(known -> known.partition(partition.partitionIndex()))
                        .ifPresentOrElse(
                                found -> pending.add(answer(found, partition, answer)),
                                () -> answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
            response.topics()
                    .add(new ListOffsetsTopicResponse().setName(asked.name()).setPartitions(answers));
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> context.apiVersion() < LEADER_EPOCH_SINCE ? withoutEpochs(response) : response);
    }

    private static ListOffsetsResponseData withoutEpochs(ListOffsetsResponseData response) {
        response.topics()
                .forEach(topic -> topic.partitions().forEach(partition -> partition.setLeaderEpoch((int) UNKNOWN)));
        return response;
    }

    private CompletableFuture<?> answer(
            Partition partition, ListOffsetsPartition asked, ListOffsetsPartitionResponse answer) {
        return partition.log().thenCompose(log -> find(log, asked, answer)).handle((done, failure) -> {
            if (failure != null) {
                answer.setErrorCode(KafkaErrors.of(failure).code());
            }
            return null;
        });
    }

    private CompletableFuture<Void> find(Log log, ListOffsetsPartition asked, ListOffsetsPartitionResponse answer) {
        int epoch = asked.currentLeaderEpoch();
        if (!log.exists()) {
            answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        } else if (epoch >= 0 && epoch != storage.leaderEpoch()) {
            Errors error = epoch < storage.leaderEpoch() ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
            answer.setErrorCode(error.code());
        } else if (asked.timestamp() == ListOffsetsRequest.LATEST_TIMESTAMP) {
            answer.setOffset(log.highWatermark()).setLeaderEpoch(storage.leaderEpoch());
        } else if (asked.timestamp() == ListOffsetsRequest.EARLIEST_TIMESTAMP
                || asked.timestamp() == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
            answer.setOffset(log.startOffset());
        } else if (asked.timestamp() == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP
                || asked.timestamp() == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
            answer.setOffset(UNKNOWN);
        } else if (asked.timestamp() < 0 && asked.timestamp() != ListOffsetsRequest.MAX_TIMESTAMP) {
            answer.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        } else {
            return CompletableFuture.runAsync(() -> findByTime(log, asked.timestamp(), answer), storage.readers());
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Reader pool only. */
    private static void findByTime(Log log, long timestamp, ListOffsetsPartitionResponse answer) {
        Optional<TimedOffset> found = timestamp == ListOffsetsRequest.MAX_TIMESTAMP
                ? log.latest(log.highWatermark(), BatchUnpacker.INSTANCE)
                : log.firstAtOrAfter(timestamp, log.highWatermark(), BatchUnpacker.INSTANCE);
        answer.setOffset(UNKNOWN);
        found.ifPresent(record -> answer.setOffset(record.offset())
                .setTimestamp(record.timestampMillis())
                .setLeaderEpoch(record.leaderEpoch()));
    }
}
