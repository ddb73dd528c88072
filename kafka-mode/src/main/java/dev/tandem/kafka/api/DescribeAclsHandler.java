package dev.tandem.kafka.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeAclsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeAcls 1-3: SECURITY_DISABLED, as Kafka answers without an authorizer. */
final class DescribeAclsHandler implements ApiHandler<DescribeAclsRequestData, DescribeAclsResponseData> {
    /** What Kafka says. */
    static final String NO_AUTHORIZER = "No Authorizer is configured.";

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_ACLS;
    }

    @Override
    public CompletionStage<DescribeAclsResponseData> handle(RequestContext context, DescribeAclsRequestData request) {
        return CompletableFuture.completedFuture(new DescribeAclsResponseData()
                .setErrorCode(Errors.SECURITY_DISABLED.code())
                .setErrorMessage(NO_AUTHORIZER));
    }
}
