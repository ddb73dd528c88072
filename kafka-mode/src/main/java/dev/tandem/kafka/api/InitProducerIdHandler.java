package dev.tandem.kafka.api;

import dev.tandem.storage.StorageEngine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * InitProducerId 0-5. v2 flexible, v3 the producer's present id and epoch, v4 PRODUCER_FENCED, v5 as v4 (KIP-890).
 *
 * <p>An idempotent producer gets a new id with epoch 0 each time. With a transactional id the answer is
 * UNSUPPORTED_VERSION: transactions are not built.
 */
final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequestData, InitProducerIdResponseData> {
    private final ProducerIds ids;

    InitProducerIdHandler(StorageEngine storage) {
        this.ids = new ProducerIds(storage);
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INIT_PRODUCER_ID;
    }

    @Override
    public CompletionStage<InitProducerIdResponseData> handle(
            RequestContext context, InitProducerIdRequestData request) {
        if (request.transactionalId() != null) {
            return CompletableFuture.failedFuture(new UnsupportedVersionException("Transactions are not built."));
        }
        return ids.next()
                .thenApply(
                        id -> new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0));
    }
}
