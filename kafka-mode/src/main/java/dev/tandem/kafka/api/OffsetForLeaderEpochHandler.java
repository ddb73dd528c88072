package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * OffsetForLeaderEpoch 2-4. v2 current leader epoch, v3 replica id, v4 flexible. Consumers ask it whenever the leader epoch
 * rises (KIP-320): here with every start of the broker.
 *
 * <p>The current epoch ends at the high watermark, which with one replica is Kafka's log end.
 */
final class OffsetForLeaderEpochHandler
        implements ApiHandler<OffsetForLeaderEpochRequestData, OffsetForLeaderEpochResponseData> {
    private final StorageEngine storage;
    private final TopicTable topics;

    OffsetForLeaderEpochHandler(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public CompletionStage<OffsetForLeaderEpochResponseData> handle(
            RequestContext context, OffsetForLeaderEpochRequestData request) {
        var response = new OffsetForLeaderEpochResponseData();
        var pending = new ArrayList<CompletableFuture<?>>();
        for (OffsetForLeaderTopic asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.topic());
            var result = new OffsetForLeaderTopicResult().setTopic(asked.topic());
            response.topics().add(result);
            for (OffsetForLeaderPartition partition : asked.partitions()) {
                var answer = new EpochEndOffset().setPartition(partition.partition());
                result.partitions().add(answer);
                topic.flatMap(known -> known.partition(partition.partition()))
                        .ifPresentOrElse(
                                found -> pending.add(answer(found, partition, answer)),
                                () -> answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> response);
    }

    private CompletableFuture<?> answer(Partition partition, OffsetForLeaderPartition asked, EpochEndOffset answer) {
        return partition
                .log()
                .thenAcceptAsync(log -> find(log, asked, answer), storage.readers())
                .exceptionally(failure -> {
                    answer.setErrorCode(KafkaErrors.of(failure).code());
                    return null;
                });
    }

    /** Reader pool only. */
    private void find(Log log, OffsetForLeaderPartition asked, EpochEndOffset answer) {
        int current = storage.leaderEpoch();
        Errors error = log.exists()
                ? LeaderEpochs.check(asked.currentLeaderEpoch(), current)
                : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        answer.setErrorCode(error.code());
        if (error == Errors.NONE && asked.leaderEpoch() != RecordBatch.NO_PARTITION_LEADER_EPOCH) {
            log.endOfEpoch(asked.leaderEpoch(), current, log.highWatermark())
                    .ifPresent(
                            found -> answer.setLeaderEpoch(found.leaderEpoch()).setEndOffset(found.endOffset()));
        }
    }
}
