package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * DescribeGroups 0-6, of classic groups. v1 throttle time, v3 authorized operations (KIP-430), v4 static members
 * (KIP-345), v5 flexible, v6 GROUP_ID_NOT_FOUND for an unknown group, with a message (KIP-1043); before it such a group
 * is described as dead.
 */
final class DescribeGroupsHandler implements ApiHandler<DescribeGroupsRequestData, DescribeGroupsResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    DescribeGroupsHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_GROUPS;
    }

    @Override
    public CompletionStage<DescribeGroupsResponseData> handle(
            RequestContext context, DescribeGroupsRequestData request) {
        return coordinator
                .get()
                .describeGroups(new CoordinatorRequestContext(key(), context), request.groups())
                .thenApply(groups -> {
                    if (request.includeAuthorizedOperations()) {
                        groups.stream()
                                .filter(group -> group.errorCode() == Errors.NONE.code())
                                .forEach(group -> group.setAuthorizedOperations(AuthorizedOperations.GROUP));
                    }
                    return new DescribeGroupsResponseData().setGroups(groups);
                });
    }
}
