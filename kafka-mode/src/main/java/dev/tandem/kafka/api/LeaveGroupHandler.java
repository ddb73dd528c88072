package dev.tandem.kafka.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** LeaveGroup 0-5. v1 throttle time, v3 several members, also static ones (KIP-345), v4 flexible, v5 reason (KIP-800). */
final class LeaveGroupHandler implements ApiHandler<LeaveGroupRequestData, LeaveGroupResponseData> {
    private static final short MIN_BATCHED_VERSION = 3;

    private final Supplier<GroupCoordinator> coordinator;

    LeaveGroupHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LEAVE_GROUP;
    }

    @Override
    public CompletionStage<LeaveGroupResponseData> handle(RequestContext context, LeaveGroupRequestData request) {
        short version = context.apiVersion();
        return coordinator
                .get()
                .leaveGroup(new CoordinatorRequestContext(key(), context), batched(version, request))
                // Before v3 the answer is the one member's error, which Kafka's response class moves up.
                .thenApply(response -> new LeaveGroupResponse(response, version).data());
    }

    private static LeaveGroupRequestData batched(short version, LeaveGroupRequestData request) {
        return version >= MIN_BATCHED_VERSION
                ? request
                : new LeaveGroupRequestData()
                        .setGroupId(request.groupId())
                        .setMembers(List.of(new MemberIdentity().setMemberId(request.memberId())));
    }
}
