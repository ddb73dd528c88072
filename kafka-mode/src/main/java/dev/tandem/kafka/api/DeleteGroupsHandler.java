package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** DeleteGroups 0-3. v1 throttle time, v2 flexible, v3 a message with each error. */
final class DeleteGroupsHandler implements ApiHandler<DeleteGroupsRequestData, DeleteGroupsResponseData> {
    private final Supplier<GroupCoordinator> coordinator;

    DeleteGroupsHandler(Supplier<GroupCoordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_GROUPS;
    }

    @Override
    public CompletionStage<DeleteGroupsResponseData> handle(RequestContext context, DeleteGroupsRequestData request) {
        return coordinator
                .get()
                .deleteGroups(
                        new CoordinatorRequestContext(key(), context), request.groupsNames(), BufferSupplier.NO_CACHING)
                .thenApply(results -> new DeleteGroupsResponseData().setResults(results));
    }
}
