package dev.tandem.kafka.group;

import dev.tandem.kafka.admin.KafkaAdmin.MemberView;
import dev.tandem.kafka.api.CoordinatorRequestContext;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** Deletes a group in two steps: its members leave, as if each had asked to, then the empty group goes. */
final class GroupRemoval {
    private GroupRemoval() {}

    static CompletableFuture<Void> of(GroupCoordinator service, String groupId) {
        return service.listGroups(CoordinatorRequestContext.internal(ApiKeys.LIST_GROUPS), new ListGroupsRequestData())
                .thenCompose(listed -> listed.groups().stream()
                        .filter(group -> group.groupId().equals(groupId))
                        .findFirst()
                        .map(group -> removeMembers(service, group).thenCompose(left -> delete(service, groupId)))
                        .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    private static CompletableFuture<Void> removeMembers(GroupCoordinator service, ListedGroup group) {
        return GroupMembers.of(service, List.of(group)).thenCompose(members -> {
            List<String> ids = members.getOrDefault(group.groupId(), GroupMembers.NONE).members().stream()
                    .map(MemberView::memberId)
                    .toList();
            return switch (group.groupType().toLowerCase(Locale.ROOT)) {
                case "classic" -> ids.isEmpty() ? nothing() : leave(service, group.groupId(), ids);
                case "consumer" ->
                    CompletableFuture.allOf(ids.stream()
                            .map(id -> lastHeartbeat(service, group.groupId(), id))
                            .toArray(CompletableFuture[]::new));
                default -> nothing();
            };
        });
    }

    private static CompletableFuture<Void> leave(GroupCoordinator service, String groupId, List<String> ids) {
        var request = new LeaveGroupRequestData()
                .setGroupId(groupId)
                .setMembers(ids.stream()
                        .map(id -> new MemberIdentity().setMemberId(id).setGroupInstanceId(null))
                        .toList());
        return service.leaveGroup(CoordinatorRequestContext.internal(ApiKeys.LEAVE_GROUP), request)
                .thenApply(answered -> null);
    }

    /** A member of the newer protocol leaves by a heartbeat of a special epoch (KIP-848). */
    private static CompletableFuture<?> lastHeartbeat(GroupCoordinator service, String groupId, String id) {
        var request = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(id)
                .setMemberEpoch(ConsumerGroupHeartbeatRequest.LEAVE_GROUP_MEMBER_EPOCH);
        return service.consumerGroupHeartbeat(
                CoordinatorRequestContext.internal(ApiKeys.CONSUMER_GROUP_HEARTBEAT), request);
    }

    private static CompletableFuture<Void> delete(GroupCoordinator service, String groupId) {
        return service.deleteGroups(
                        CoordinatorRequestContext.internal(ApiKeys.DELETE_GROUPS),
                        List.of(groupId),
                        BufferSupplier.NO_CACHING)
                .thenCompose(results -> {
                    var error = Errors.forCode(
                            Objects.requireNonNull(results.find(groupId)).errorCode());
                    // Without offsets a group ends by itself when its last member leaves.
                    return error == Errors.NONE || error == Errors.GROUP_ID_NOT_FOUND
                            ? nothing()
                            : CompletableFuture.failedFuture(error.exception());
                });
    }

    private static CompletableFuture<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }
}
