package dev.tandem.kafka.group;

import dev.tandem.kafka.admin.KafkaAdmin.GroupView;
import dev.tandem.kafka.admin.KafkaAdmin.LagView;
import dev.tandem.kafka.api.CoordinatorRequestContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** The groups as the console shows them, asked from the coordinator. */
final class GroupViews {
    private static final long UNKNOWN = -1;

    private final Supplier<GroupCoordinator> coordinator;
    private final LogEndOffsets endOffsets;

    GroupViews(Supplier<GroupCoordinator> coordinator, LogEndOffsets endOffsets) {
        this.coordinator = coordinator;
        this.endOffsets = endOffsets;
    }

    CompletableFuture<List<GroupView>> all() {
        var service = coordinator.get();
        return service.listGroups(CoordinatorRequestContext.internal(ApiKeys.LIST_GROUPS), new ListGroupsRequestData())
                .thenCompose(listed -> {
                    List<ListedGroup> groups = listed.groups().stream()
                            .sorted(Comparator.comparing(ListedGroup::groupId))
                            .toList();
                    return GroupMembers.of(service, groups).thenCompose(members -> views(service, groups, members));
                });
    }

    private CompletableFuture<List<GroupView>> views(
            GroupCoordinator service, List<ListedGroup> groups, Map<String, GroupMembers> members) {
        List<CompletableFuture<GroupView>> views = new ArrayList<>();
        for (var group : groups) {
            var known = members.getOrDefault(group.groupId(), GroupMembers.NONE);
            views.add(committed(service, group.groupId())
                    .thenCompose(offsets -> lags(offsets, known))
                    .thenApply(lags -> new GroupView(
                            group.groupId(), group.groupType(), group.groupState(), known.members(), lags)));
        }
        return allOf(views);
    }

    private static CompletableFuture<Map<TopicPartition, Long>> committed(GroupCoordinator service, String groupId) {
        return service.fetchOffsets(
                        CoordinatorRequestContext.internal(ApiKeys.OFFSET_FETCH),
                        new OffsetFetchRequestGroup().setGroupId(groupId).setTopics(null),
                        false)
                .thenApply(response -> {
                    Map<TopicPartition, Long> offsets = new HashMap<>();
                    response.topics().forEach(topic -> topic.partitions()
                            .forEach(partition -> offsets.put(
                                    new TopicPartition(topic.name(), partition.partitionIndex()),
                                    partition.committedOffset())));
                    return offsets;
                })
                // A group that has gone since it was listed.
                .exceptionally(failure -> Map.of());
    }

    private CompletableFuture<List<LagView>> lags(Map<TopicPartition, Long> committed, GroupMembers group) {
        Map<TopicPartition, Long> offsets = new HashMap<>(committed);
        group.assigned().forEach(partition -> offsets.putIfAbsent(partition, UNKNOWN));
        List<CompletableFuture<LagView>> lags = new ArrayList<>();
        offsets.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<TopicPartition, Long> entry) ->
                                entry.getKey().topic())
                        .thenComparing(entry -> entry.getKey().partition()))
                .forEach(entry -> lags.add(lag(entry.getKey(), entry.getValue())));
        return allOf(lags);
    }

    private CompletableFuture<LagView> lag(TopicPartition partition, long committed) {
        return endOffsets
                .latestOffset(partition.topic(), partition.partition())
                .thenApply(end -> new LagView(
                        partition.topic(),
                        partition.partition(),
                        committed,
                        end.offset(),
                        committed == UNKNOWN || end.error() != Errors.NONE
                                ? UNKNOWN
                                : Math.max(0, end.offset() - committed)));
    }

    private static <T> CompletableFuture<List<T>> allOf(List<CompletableFuture<T>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
