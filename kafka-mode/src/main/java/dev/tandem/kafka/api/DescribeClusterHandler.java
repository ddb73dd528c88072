package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeCluster 0-2. v1 asks for brokers or controllers (KIP-919), v2 for fenced brokers too; there are no controllers
 * to be asked and no fenced brokers.
 */
final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequestData, DescribeClusterResponseData> {
    private static final byte BROKERS = 1;

    private final KafkaConfig config;
    private final String clusterId;

    DescribeClusterHandler(KafkaConfig config, String clusterId) {
        this.config = config;
        this.clusterId = clusterId;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CLUSTER;
    }

    @Override
    public CompletionStage<DescribeClusterResponseData> handle(
            RequestContext context, DescribeClusterRequestData request) {
        if (request.endpointType() != BROKERS) {
            return CompletableFuture.failedFuture(
                    Errors.MISMATCHED_ENDPOINT_TYPE.exception("The request was sent to an endpoint of type BROKER, but"
                            + " it asks for type " + request.endpointType()));
        }
        AdvertisedAddress address = AdvertisedAddress.of(config, context);
        var response = new DescribeClusterResponseData()
                .setClusterId(clusterId)
                .setControllerId(KafkaConfig.NODE_ID)
                .setEndpointType(BROKERS);
        response.brokers()
                .add(new DescribeClusterBroker()
                        .setBrokerId(KafkaConfig.NODE_ID)
                        .setHost(address.host())
                        .setPort(address.port()));
        if (request.includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        return CompletableFuture.completedFuture(response);
    }
}
