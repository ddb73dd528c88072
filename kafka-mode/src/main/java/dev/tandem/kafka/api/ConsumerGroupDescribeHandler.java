package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** ConsumerGroupDescribe 0-1, of groups that use the consumer protocol (KIP-848). v1 each member's type (KIP-1099). */
final class ConsumerGroupDescribeHandler
        implements ApiHandler<ConsumerGroupDescribeRequestData, ConsumerGroupDescribeResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    ConsumerGroupDescribeHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CONSUMER_GROUP_DESCRIBE;
    }

    @Override
    public CompletionStage<ConsumerGroupDescribeResponseData> handle(
            RequestContext context, ConsumerGroupDescribeRequestData request) {
        return coordinator
                .get()
                .consumerGroupDescribe(new CoordinatorRequestContext(key(), context), request.groupIds())
                .thenApply(groups -> {
                    if (request.includeAuthorizedOperations()) {
                        groups.stream()
                                .filter(group -> group.errorCode() == Errors.NONE.code())
                                .forEach(group -> group.setAuthorizedOperations(AuthorizedOperations.GROUP));
                    }
                    return new ConsumerGroupDescribeResponseData().setGroups(groups);
                });
    }
}
