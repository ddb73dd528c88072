package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaCounters;
import dev.tandem.kafka.fetch.FetchScope;
import dev.tandem.kafka.fetch.FetchSessions;
import dev.tandem.kafka.record.StoredRecords;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.util.ArrayList;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Fetch 4-18. v5 log start offset, v7 sessions (KIP-227), v9 leader epochs, v10 zstd, v11 rack, v12 flexible and the last
 * fetched epoch, v13 topic ids, v15-18 fields of replicas.
 *
 * <p>Whole stored batches are sent: the first may begin below the offset asked for. Without transactions the last stable
 * offset is the high watermark.
 */
final class FetchHandler implements ApiHandler<FetchRequestData, FetchResponseData> {
    private static final short TOPIC_IDS_SINCE = 13;

    private final KafkaConfig config;
    private final StorageEngine storage;
    private final TopicTable topics;
    private final LongPolls polls;
    private final KafkaCounters counters;
    private final FetchSessions sessions = new FetchSessions(new SplittableRandom());

    FetchHandler(
            KafkaConfig config, StorageEngine storage, TopicTable topics, LongPolls polls, KafkaCounters counters) {
        this.config = config;
        this.storage = storage;
        this.topics = topics;
        this.polls = polls;
        this.counters = counters;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FETCH;
    }

    @Override
    public CompletionStage<FetchResponseData> handle(RequestContext context, FetchRequestData request) {
        boolean byId = context.apiVersion() >= TOPIC_IDS_SINCE;
        FetchScope scope;
        try {
            scope = sessions.scopeOf(request, byId);
        } catch (ApiException e) {
            return CompletableFuture.completedFuture(
                    new FetchResponseData().setErrorCode(Errors.forException(e).code()));
        }
        var response = new FetchResponseData();
        var wanted = new ArrayList<FetchedPartition>();
        boolean failed = false;
        for (FetchTopic asked : scope.topics()) {
            Optional<Topic> topic = byId ? topics.byId(asked.topicId()) : topics.byName(asked.topic());
            var answers = new ArrayList<PartitionData>(asked.partitions().size());
            for (FetchPartition partition : asked.partitions()) {
                var answer = new PartitionData()
                        .setPartitionIndex(partition.partition())
                        .setHighWatermark(-1)
                        .setRecords(StoredRecords.EMPTY);
                answers.add(answer);
                Optional<Partition> found = topic.flatMap(known -> known.partition(partition.partition()));
                if (found.isPresent()) {
                    wanted.add(new FetchedPartition(found.get(), partition, storage::leaderEpoch, answer));
                } else {
                    failed = true;
                    answer.setErrorCode(
                            (byId && topic.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION)
                                    .code());
                }
            }
            response.responses()
                    .add(new FetchableTopicResponse()
                            .setTopic(asked.topic())
                            .setTopicId(asked.topicId())
                            .setPartitions(answers));
        }
        int maxBytes = (int) Math.max(0, Math.min(request.maxBytes(), config.fetchMaxBytes()));
        var call = new FetchCall(storage, polls, counters, context, request, scope, maxBytes, response, wanted, failed);
        call.start();
        return call.answer();
    }
}
