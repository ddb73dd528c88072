package dev.tandem.kafka.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.DescribeUserScramCredentialsResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeUserScramCredentials 0: nobody has any; a user asked for by name gets RESOURCE_NOT_FOUND. */
final class DescribeUserScramCredentialsHandler
        implements ApiHandler<DescribeUserScramCredentialsRequestData, DescribeUserScramCredentialsResponseData> {

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public CompletionStage<DescribeUserScramCredentialsResponseData> handle(
            RequestContext context, DescribeUserScramCredentialsRequestData request) {
        var response = new DescribeUserScramCredentialsResponseData().setErrorMessage(null);
        if (request.users() != null) {
            request.users().forEach(user -> response.results()
                    .add(new DescribeUserScramCredentialsResult()
                            .setUser(user.name())
                            .setErrorCode(Errors.RESOURCE_NOT_FOUND.code())
                            .setErrorMessage(
                                    "Attempt to describe a user credential that does not exist: " + user.name())));
        }
        return CompletableFuture.completedFuture(response);
    }
}
