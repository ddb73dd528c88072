package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKeyCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;

/**
 * ApiVersions 0-5. v1 throttle time, v3 flexible with client software name and features (KIP-511, KIP-584), v4 features
 * with minimum 0, v5 names the cluster and node that the client means to talk to (KIP-1242): for another one the answer is
 * REBOOTSTRAP_REQUIRED.
 *
 * <p>The answer's header is always v0, whatever the version, so that a client can read it before it knows the broker.
 */
final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequestData, ApiVersionsResponseData> {
    private static final short LOWEST_LEVEL_0_SINCE = 4;

    private final String clusterId;
    private ApiVersionsResponseData answer = new ApiVersionsResponseData();
    /** For clients to which a feature's lowest level cannot be 0: without those features. */
    private ApiVersionsResponseData olderAnswer = new ApiVersionsResponseData();

    ApiVersionsHandler(String clusterId) {
        this.clusterId = clusterId;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.API_VERSIONS;
    }

    /** Sets what the answer lists; called once, before the first request. */
    void advertise(List<KafkaApiRegistry.Row> served) {
        var advertised = new ApiVersionsResponseData();
        for (KafkaApiRegistry.Row row : served) {
            advertised.apiKeys().add(version(row));
        }
        Features.LEVELS.forEach((name, level) -> {
            advertised
                    .supportedFeatures()
                    .add(new SupportedFeatureKey()
                            .setName(name)
                            .setMinVersion((short) 0)
                            .setMaxVersion(level));
            // As in Kafka, a feature at level 0 is not finalized.
            if (level > 0) {
                advertised
                        .finalizedFeatures()
                        .add(new FinalizedFeatureKey()
                                .setName(name)
                                .setMinVersionLevel(level)
                                .setMaxVersionLevel(level));
            }
        });
        advertised.setFinalizedFeaturesEpoch(0);
        answer = advertised;
        olderAnswer = advertised.duplicate();
        olderAnswer.setSupportedFeatures(new SupportedFeatureKeyCollection());
    }

    @Override
    public CompletionStage<ApiVersionsResponseData> handle(RequestContext context, ApiVersionsRequestData request) {
        if (!new ApiVersionsRequest(request, context.apiVersion()).isValid()) {
            return refuse(Errors.INVALID_REQUEST);
        }
        return isForThisBroker(request)
                ? CompletableFuture.completedFuture(context.apiVersion() < LOWEST_LEVEL_0_SINCE ? olderAnswer : answer)
                : refuse(Errors.REBOOTSTRAP_REQUIRED);
    }

    private boolean isForThisBroker(ApiVersionsRequestData request) {
        return (request.clusterId() == null || request.clusterId().equals(clusterId))
                && (request.nodeId() < 0 || request.nodeId() == KafkaConfig.NODE_ID);
    }

    private static CompletionStage<ApiVersionsResponseData> refuse(Errors error) {
        return CompletableFuture.completedFuture(new ApiVersionsResponseData().setErrorCode(error.code()));
    }

    /** What a client hears that asks in a version not served: the range that is, in the form of v0 (KIP-511). */
    static ApiVersionsResponseData unsupportedVersion(KafkaApiRegistry.Row row) {
        var response = new ApiVersionsResponseData().setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        response.apiKeys().add(version(row));
        return response;
    }

    private static ApiVersion version(KafkaApiRegistry.Row row) {
        // librdkafka takes a broker without Produce v0 for one without message format v2 (KAFKA-18659).
        short min =
                row.key() == ApiKeys.PRODUCE.id ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION : row.minVersion();
        return new ApiVersion().setApiKey(row.key()).setMinVersion(min).setMaxVersion(row.maxVersion());
    }
}
