package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * ConsumerGroupHeartbeat 0-1, the consumer protocol of KIP-848. v1 subscriptions by regular expression and member ids
 * made by the client.
 */
final class ConsumerGroupHeartbeatHandler
        implements ApiHandler<ConsumerGroupHeartbeatRequestData, ConsumerGroupHeartbeatResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    ConsumerGroupHeartbeatHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CONSUMER_GROUP_HEARTBEAT;
    }

    @Override
    public CompletionStage<ConsumerGroupHeartbeatResponseData> handle(
            RequestContext context, ConsumerGroupHeartbeatRequestData request) {
        return coordinator.get().consumerGroupHeartbeat(new CoordinatorRequestContext(key(), context), request);
    }
}
