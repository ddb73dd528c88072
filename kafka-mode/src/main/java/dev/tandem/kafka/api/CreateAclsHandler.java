package dev.tandem.kafka.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData.AclCreationResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** CreateAcls 1-3: SECURITY_DISABLED for each, as Kafka answers without an authorizer. */
final class CreateAclsHandler implements ApiHandler<CreateAclsRequestData, CreateAclsResponseData> {

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_ACLS;
    }

    @Override
    public CompletionStage<CreateAclsResponseData> handle(RequestContext context, CreateAclsRequestData request) {
        var response = new CreateAclsResponseData();
        request.creations().forEach(creation -> response.results()
                .add(new AclCreationResult()
                        .setErrorCode(Errors.SECURITY_DISABLED.code())
                        .setErrorMessage(DescribeAclsHandler.NO_AUTHORIZER)));
        return CompletableFuture.completedFuture(response);
    }
}
