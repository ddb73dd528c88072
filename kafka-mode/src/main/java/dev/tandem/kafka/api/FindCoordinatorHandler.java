package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/**
 * FindCoordinator 0-6. v1 key type, v3 flexible, v4 several keys (KIP-699), v5 TRANSACTION_ABORTABLE (KIP-890), v6 share
 * groups (KIP-932).
 *
 * <p>The coordinator of every group is this broker. Left out: coordinators of transactions and of share partitions,
 * which this broker does not have; a client is told so with an error that it does not retry.
 */
final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequestData, FindCoordinatorResponseData> {
    private static final short MIN_BATCHED_VERSION = 4;

    private final KafkaConfig config;

    FindCoordinatorHandler(KafkaConfig config) {
        this.config = config;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FIND_COORDINATOR;
    }

    @Override
    public CompletionStage<FindCoordinatorResponseData> handle(
            RequestContext context, FindCoordinatorRequestData request) {
        var response = new FindCoordinatorResponseData();
        if (context.apiVersion() < MIN_BATCHED_VERSION) {
            Coordinator found = find(context, request.keyType(), request.key());
            response.setErrorCode(found.errorCode())
                    .setErrorMessage(found.errorMessage())
                    .setNodeId(found.nodeId())
                    .setHost(found.host())
                    .setPort(found.port());
        } else {
            for (String key : request.coordinatorKeys()) {
                response.coordinators().add(find(context, request.keyType(), key));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private Coordinator find(RequestContext context, byte keyType, String key) {
        if (keyType == CoordinatorType.TRANSACTION.id()) {
            return refuse(key, Errors.UNSUPPORTED_VERSION, "This broker does not coordinate transactions");
        }
        if (keyType == CoordinatorType.SHARE.id()) {
            return refuse(key, Errors.INVALID_REQUEST, "This broker does not coordinate share groups");
        }
        if (keyType != CoordinatorType.GROUP.id()) {
            return refuse(key, Errors.INVALID_REQUEST, "There is no coordinator of key type " + keyType);
        }
        var address = AdvertisedAddress.of(config, context);
        return new Coordinator()
                .setKey(key)
                .setNodeId(KafkaConfig.NODE_ID)
                .setHost(address.host())
                .setPort(address.port());
    }

    private static Coordinator refuse(String key, Errors error, String reason) {
        return new Coordinator()
                .setKey(key)
                .setErrorCode(error.code())
                .setErrorMessage(reason)
                .setNodeId(Node.noNode().id())
                .setHost(Node.noNode().host())
                .setPort(Node.noNode().port());
    }
}
