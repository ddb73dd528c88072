package dev.tandem.kafka.api;

import dev.tandem.kafka.future.Futures;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicChanges;
import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** DeleteTopics 1-6. v4 flexible, v5 error messages, v6 by topic id as well as by name. */
final class DeleteTopicsHandler implements ApiHandler<DeleteTopicsRequestData, DeleteTopicsResponseData> {
    private final TopicTable topics;
    private final TopicChanges changes;

    DeleteTopicsHandler(TopicTable topics, TopicChanges changes) {
        this.topics = topics;
        this.changes = changes;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_TOPICS;
    }

    @Override
    public CompletionStage<DeleteTopicsResponseData> handle(RequestContext context, DeleteTopicsRequestData request) {
        var results = new ArrayList<CompletableFuture<DeletableTopicResult>>();
        // A topic named twice is deleted once: its second mention finds nothing.
        var seen = new HashSet<Topic>();
        for (String name : request.topicNames()) {
            results.add(
                    delete(context, name, Uuid.ZERO_UUID, topics.byName(name).filter(seen::add)));
        }
        for (DeleteTopicState state : request.topics()) {
            String name = state.name();
            Optional<Topic> topic = name == null ? topics.byId(state.topicId()) : topics.byName(name);
            results.add(delete(context, name, state.topicId(), topic.filter(seen::add)));
        }
        return Futures.allOf(results).thenApply(all -> {
            var response = new DeleteTopicsResponseData();
            response.responses().addAll(all);
            return response;
        });
    }

    private CompletableFuture<DeletableTopicResult> delete(
            RequestContext context, @Nullable String name, Uuid id, Optional<Topic> found) {
        if (found.isEmpty()) {
            Errors error = name == null ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            return CompletableFuture.completedFuture(
                    result(name, id).setErrorCode(error.code()).setErrorMessage(error.message()));
        }
        Topic topic = found.get();
        return changes.delete(topic, context.eventLoop())
                .handle((done, failure) -> failure == null
                        ? result(topic.name(), topic.id())
                        : result(topic.name(), topic.id())
                                .setErrorCode(KafkaErrors.of(failure).code())
                                .setErrorMessage(KafkaErrors.exception(failure).getMessage()))
                .toCompletableFuture();
    }

    private static DeletableTopicResult result(@Nullable String name, Uuid id) {
        return new DeletableTopicResult().setName(name).setTopicId(id);
    }
}
