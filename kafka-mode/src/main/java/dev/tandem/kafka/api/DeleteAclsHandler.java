package dev.tandem.kafka.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData.DeleteAclsFilterResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DeleteAcls 1-3: SECURITY_DISABLED for each filter, as Kafka answers without an authorizer. */
final class DeleteAclsHandler implements ApiHandler<DeleteAclsRequestData, DeleteAclsResponseData> {

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_ACLS;
    }

    @Override
    public CompletionStage<DeleteAclsResponseData> handle(RequestContext context, DeleteAclsRequestData request) {
        var response = new DeleteAclsResponseData();
        request.filters().forEach(filter -> response.filterResults()
                .add(new DeleteAclsFilterResult()
                        .setErrorCode(Errors.SECURITY_DISABLED.code())
                        .setErrorMessage(DescribeAclsHandler.NO_AUTHORIZER)));
        return CompletableFuture.completedFuture(response);
    }
}
