package dev.tandem.kafka.api;

import dev.tandem.kafka.future.Futures;
import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * OffsetFetch 1-10. v2 all topics when none are named, v3 throttle time, v5 leader epoch, v6 flexible, v7 only stable
 * offsets on demand (KIP-447), v8 several groups (KIP-709), v9 member epoch (KIP-848), v10 topics by id (KIP-848).
 */
final class OffsetFetchHandler implements ApiHandler<OffsetFetchRequestData, OffsetFetchResponseData> {
    private static final short MIN_BATCHED_VERSION = 8;
    private static final long NO_OFFSET = -1;

    private final Supplier<GroupCoordinator> coordinator;
    private final TopicTable topics;

    OffsetFetchHandler(Supplier<GroupCoordinator> coordinator, TopicTable topics) {
        this.coordinator = coordinator;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_FETCH;
    }

    @Override
    public CompletionStage<OffsetFetchResponseData> handle(RequestContext context, OffsetFetchRequestData request) {
        short version = context.apiVersion();
        List<CompletableFuture<OffsetFetchResponseGroup>> answers = new ArrayList<>();
        for (var group : groups(version, request)) {
            answers.add(
                    group.topics() == null
                            ? fetchAll(context, group, request.requireStable())
                            : fetchNamed(context, group, request.requireStable()));
        }
        return Futures.allOf(answers)
                .thenApply(all ->
                        new OffsetFetchResponse.Builder(all).build(version).data());
    }

    /** The groups asked for; before v8 there is one, in fields of its own. */
    private static List<OffsetFetchRequestGroup> groups(short version, OffsetFetchRequestData request) {
        if (version >= MIN_BATCHED_VERSION) {
            return request.groups();
        }
        var group = new OffsetFetchRequestGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            return List.of(group.setTopics(null));
        }
        for (var topic : request.topics()) {
            group.topics()
                    .add(new OffsetFetchRequestTopics()
                            .setName(topic.name())
                            .setPartitionIndexes(topic.partitionIndexes()));
        }
        return List.of(group);
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetchAll(
            RequestContext context, OffsetFetchRequestGroup group, boolean requireStable) {
        return fetch(context, group, requireStable).thenApply(response -> {
            if (response.errorCode() == Errors.NONE.code() && OffsetFetchRequest.useTopicIds(context.apiVersion())) {
                // A topic without an id has been deleted and cannot be named to the client.
                var existing = new ArrayList<OffsetFetchResponseTopics>();
                for (OffsetFetchResponseTopics topic : response.topics()) {
                    topics.byName(topic.name()).ifPresent(found -> existing.add(topic.setTopicId(found.id())));
                }
                response.setTopics(existing);
            }
            return response;
        });
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetchNamed(
            RequestContext context, OffsetFetchRequestGroup group, boolean requireStable) {
        boolean byId = OffsetFetchRequest.useTopicIds(context.apiVersion());
        List<OffsetFetchRequestTopics> named = new ArrayList<>();
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
        for (var topic : group.topics()) {
            if (byId) {
                topics.byId(topic.topicId()).ifPresent(found -> topic.setName(found.name()));
            }
            if (byId && topic.name().isEmpty()) {
                unknown.add(unknownId(topic));
            } else {
                named.add(topic);
            }
        }
        var checked = new OffsetFetchRequestGroup()
                .setGroupId(group.groupId())
                .setMemberId(group.memberId())
                .setMemberEpoch(group.memberEpoch())
                .setTopics(named);
        return fetch(context, checked, requireStable).thenApply(response -> {
            if (response.errorCode() != Errors.NONE.code() || unknown.isEmpty()) {
                return response;
            }
            List<OffsetFetchResponseTopics> all = new ArrayList<>(response.topics());
            all.addAll(unknown);
            return response.setTopics(all);
        });
    }

    /** Failures become the group's error, so that they leave the other groups' answers alone. */
    private CompletableFuture<OffsetFetchResponseGroup> fetch(
            RequestContext context, OffsetFetchRequestGroup group, boolean requireStable) {
        return coordinator
                .get()
                .fetchOffsets(new CoordinatorRequestContext(key(), context), group, requireStable)
                .exceptionally(failure -> new OffsetFetchResponseGroup()
                        .setGroupId(group.groupId())
                        .setErrorCode(Errors.forException(Errors.maybeUnwrapException(failure))
                                .code()));
    }

    private static OffsetFetchResponseTopics unknownId(OffsetFetchRequestTopics topic) {
        var answer = new OffsetFetchResponseTopics().setTopicId(topic.topicId());
        for (int partition : topic.partitionIndexes()) {
            answer.partitions()
                    .add(new OffsetFetchResponsePartitions()
                            .setPartitionIndex(partition)
                            .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                            .setCommittedOffset(NO_OFFSET)
                            .setMetadata("")
                            .setCommittedLeaderEpoch(-1));
        }
        return answer;
    }
}
