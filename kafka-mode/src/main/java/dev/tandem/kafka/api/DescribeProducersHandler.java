package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.producer.ActiveProducer;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeProducers 0. The idempotent producers that a partition remembers. Without transactions none has one open, and no
 * coordinator has written a marker: -1 for both.
 */
final class DescribeProducersHandler
        implements ApiHandler<DescribeProducersRequestData, DescribeProducersResponseData> {
    private static final int NONE = -1;

    private final StorageEngine storage;
    private final TopicTable topics;

    DescribeProducersHandler(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_PRODUCERS;
    }

    @Override
    public CompletionStage<DescribeProducersResponseData> handle(
            RequestContext context, DescribeProducersRequestData request) {
        var response = new DescribeProducersResponseData();
        var pending = new ArrayList<CompletableFuture<?>>();
        for (TopicRequest asked : request.topics()) {
            Optional<Topic> topic = topics.byName(asked.name());
            var result = new TopicResponse().setName(asked.name());
            response.topics().add(result);
            for (int index : asked.partitionIndexes()) {
                var answer = new PartitionResponse().setPartitionIndex(index);
                result.partitions().add(answer);
                topic.flatMap(known -> known.partition(index))
                        .ifPresentOrElse(
                                partition -> pending.add(describe(partition, answer)),
                                () -> fail(answer, Errors.UNKNOWN_TOPIC_OR_PARTITION));
            }
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> response);
    }

    private CompletableFuture<?> describe(Partition partition, PartitionResponse answer) {
        return storage.producers(partition.logId()).handle((producers, failure) -> {
            if (failure == null) {
                producers.forEach(producer -> answer.activeProducers().add(state(producer)));
            } else {
                fail(answer, KafkaErrors.of(failure));
            }
            return answer;
        });
    }

    private static ProducerState state(ActiveProducer producer) {
        return new ProducerState()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.epoch())
                .setLastSequence(producer.lastSequence())
                .setLastTimestamp(producer.lastTimestampMillis())
                .setCoordinatorEpoch(NONE)
                .setCurrentTxnStartOffset(NONE);
    }

    private static void fail(PartitionResponse answer, Errors error) {
        answer.setErrorCode(error.code()).setErrorMessage(error.message());
    }
}
