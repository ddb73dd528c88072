package dev.tandem.kafka.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * UpdateFeatures 0-2. v1 upgrade types and validateOnly, v2 one error for all. What a feature's level is follows from what
 * is built, so an update to the level in force succeeds and any other is refused.
 */
final class UpdateFeaturesHandler implements ApiHandler<UpdateFeaturesRequestData, UpdateFeaturesResponseData> {
    private static final short ONE_ERROR_SINCE = 2;

    @Override
    public ApiKeys key() {
        return ApiKeys.UPDATE_FEATURES;
    }

    @Override
    public CompletionStage<UpdateFeaturesResponseData> handle(
            RequestContext context, UpdateFeaturesRequestData request) {
        var response = new UpdateFeaturesResponseData().setErrorMessage(null);
        for (FeatureUpdateKey update : request.featureUpdates()) {
            Optional<String> refusal = refusal(update);
            if (context.apiVersion() < ONE_ERROR_SINCE) {
                response.results()
                        .add(new UpdatableFeatureResult()
                                .setFeature(update.feature())
                                .setErrorCode(error(refusal).code())
                                .setErrorMessage(refusal.orElse(null)));
            } else if (refusal.isPresent()) {
                response.setErrorCode(error(refusal).code()).setErrorMessage(refusal.get());
                break;
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private static Errors error(Optional<String> refusal) {
        return refusal.isPresent() ? Errors.INVALID_UPDATE_VERSION : Errors.NONE;
    }

    private static Optional<String> refusal(FeatureUpdateKey update) {
        short level = Features.LEVELS.getOrDefault(update.feature(), (short) 0);
        return update.maxVersionLevel() == level
                ? Optional.empty()
                : Optional.of("The update of feature " + update.feature() + " to level " + update.maxVersionLevel()
                        + " is refused: this broker has it at level " + level + " and no other.");
    }
}
