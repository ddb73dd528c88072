package dev.tandem.kafka.api;

import dev.tandem.kafka.record.BatchUnpacker;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.TimedOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.TopicPartition;
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
    /** The special timestamps, each with the version that brought it. */
    private static final Map<Long, Short> SPECIAL_SINCE = Map.of(
            ListOffsetsRequest.LATEST_TIMESTAMP, (short) 1,
            ListOffsetsRequest.EARLIEST_TIMESTAMP, (short) 1,
            ListOffsetsRequest.MAX_TIMESTAMP, (short) 7,
            ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP, (short) 8,
            ListOffsetsRequest.LATEST_TIERED_TIMESTAMP, (short) 9,
            ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP, (short) 11);

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
        Set<TopicPartition> duplicates = duplicates(request);
        for (ListOffsetsTopic asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.name());
            var answers = new ArrayList<ListOffsetsPartitionResponse>();
            for (ListOffsetsPartition partition : asked.partitions()) {
                var answer = new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
                answers.add(answer);
                if (duplicates.contains(new TopicPartition(asked.name(), partition.partitionIndex()))) {
                    answer.setErrorCode(Errors.INVALID_REQUEST.code());
                    continue;
                }
                if (!isKnown(partition.timestamp(), context.apiVersion())) {
                    answer.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
                    continue;
                }
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

    private static Set<TopicPartition> duplicates(ListOffsetsRequestData request) {
        var seen = new HashSet<TopicPartition>();
        var duplicates = new HashSet<TopicPartition>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition partition : topic.partitions()) {
                var asked = new TopicPartition(topic.name(), partition.partitionIndex());
                if (!seen.add(asked)) {
                    duplicates.add(asked);
                }
            }
        }
        return duplicates;
    }

    /** Whether a timestamp is one, or one of the special ones of a request's version. */
    private static boolean isKnown(long timestamp, short version) {
        return timestamp >= 0 || version >= SPECIAL_SINCE.getOrDefault(timestamp, Short.MAX_VALUE);
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
        Errors error = log.exists()
                ? LeaderEpochs.check(asked.currentLeaderEpoch(), storage.leaderEpoch())
                : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        if (error != Errors.NONE) {
            answer.setErrorCode(error.code());
        } else if (asked.timestamp() == ListOffsetsRequest.LATEST_TIMESTAMP) {
            answer.setOffset(log.highWatermark()).setLeaderEpoch(storage.leaderEpoch());
        } else if (asked.timestamp() == ListOffsetsRequest.EARLIEST_TIMESTAMP
                || asked.timestamp() == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
            return CompletableFuture.runAsync(
                    () -> answer.setOffset(log.startOffset()).setLeaderEpoch(log.startEpoch(storage.leaderEpoch())),
                    storage.readers());
        } else if (asked.timestamp() == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP
                || asked.timestamp() == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
            answer.setOffset(UNKNOWN);
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
