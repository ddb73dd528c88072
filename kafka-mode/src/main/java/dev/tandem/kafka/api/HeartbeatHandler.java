package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** Heartbeat 0-4, of classic members. v1 throttle time, v3 static members (KIP-345), v4 flexible. */
final class HeartbeatHandler implements ApiHandler<HeartbeatRequestData, HeartbeatResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    HeartbeatHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.HEARTBEAT;
    }

    @Override
    public CompletionStage<HeartbeatResponseData> handle(RequestContext context, HeartbeatRequestData request) {
        return coordinator.get().heartbeat(new CoordinatorRequestContext(key(), context), request);
    }
}
