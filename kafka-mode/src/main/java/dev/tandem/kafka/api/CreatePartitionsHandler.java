package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.future.Futures;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** CreatePartitions 0-3. v2 flexible, v3 throttling errors. New partitions can only be on this broker. */
final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequestData, CreatePartitionsResponseData> {
    private final TopicTable topics;
    private final TopicChanges changes;

    CreatePartitionsHandler(TopicTable topics, TopicChanges changes) {
        this.topics = topics;
        this.changes = changes;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_PARTITIONS;
    }

    @Override
    public CompletionStage<CreatePartitionsResponseData> handle(
            RequestContext context, CreatePartitionsRequestData request) {
        var results = new ArrayList<CompletableFuture<CreatePartitionsTopicResult>>();
        for (CreatePartitionsTopic asked : request.topics()) {
            results.add(grow(context, asked, request.validateOnly())
                    .handle((done, failure) -> result(asked.name(), failure))
                    .toCompletableFuture());
        }
        return Futures.allOf(results).thenApply(all -> {
            var response = new CreatePartitionsResponseData();
            response.results().addAll(all);
            return response;
        });
    }

    private CompletionStage<Void> grow(RequestContext context, CreatePartitionsTopic asked, boolean validateOnly) {
        try {
            Topic topic = topics.byName(asked.name())
                    .orElseThrow(
                            () -> new UnknownTopicOrPartitionException("Topic '" + asked.name() + "' does not exist."));
            changes.validateGrowth(topic, asked.count());
            validateAssignments(topic, asked);
            return validateOnly
                    ? CompletableFuture.completedFuture(null)
                    : changes.grow(topic, asked.count(), context.eventLoop());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void validateAssignments(Topic topic, CreatePartitionsTopic asked) {
        List<CreatePartitionsAssignment> assignments = asked.assignments();
        if (assignments == null) {
            return;
        }
        int more = asked.count() - topic.partitions().size();
        boolean fits = assignments.size() == more
                && assignments.stream()
                        .allMatch(assignment -> assignment.brokerIds().equals(List.of(KafkaConfig.NODE_ID)));
        if (!fits) {
            throw new InvalidReplicaAssignmentException("Each of the " + more + " new partitions of topic '"
                    + topic.name() + "' must be assigned to broker " + KafkaConfig.NODE_ID + " alone.");
        }
    }

    private static CreatePartitionsTopicResult result(
            String name, @org.jspecify.annotations.Nullable Throwable failure) {
        var result = new CreatePartitionsTopicResult().setName(name);
        if (failure == null) {
            return result.setErrorCode(Errors.NONE.code());
        }
        return result.setErrorCode(KafkaErrors.of(failure).code())
                .setErrorMessage(KafkaErrors.exception(failure).getMessage());
    }
}
