package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * JoinGroup 0-9. v1 rebalance timeout (before it the session timeout is taken), v2 throttle time, v4 answers a new
 * member with MEMBER_ID_REQUIRED (KIP-394), v5 static members (KIP-345), v6 flexible, v7 the protocol's name may be null
 * and its type is told, v8 reason (KIP-800), v9 a leader may be told to skip the assignment (KIP-814).
 */
final class JoinGroupHandler implements ApiHandler<JoinGroupRequestData, JoinGroupResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    JoinGroupHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.JOIN_GROUP;
    }

    @Override
    public CompletionStage<JoinGroupResponseData> handle(RequestContext context, JoinGroupRequestData request) {
        short version = context.apiVersion();
        // Kafka's request and response classes level out what older versions lack.
        JoinGroupRequestData levelled = new JoinGroupRequest(request, version).data();
        return coordinator
                .get()
                .joinGroup(new CoordinatorRequestContext(key(), context), levelled, BufferSupplier.NO_CACHING)
                .thenApply(response -> new JoinGroupResponse(response, version).data());
    }
}
