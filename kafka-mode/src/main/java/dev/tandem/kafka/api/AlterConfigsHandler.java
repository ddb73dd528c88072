package dev.tandem.kafka.api;

import dev.tandem.kafka.config.ConfigResources;
import dev.tandem.kafka.future.Futures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * AlterConfigs 0-2. v2 flexible. Replaces all configs of a topic or group: what the request does not name gets its default
 * again. Clients since Kafka 2.3 use IncrementalAlterConfigs instead.
 */
final class AlterConfigsHandler implements ApiHandler<AlterConfigsRequestData, AlterConfigsResponseData> {
    private final ConfigResources resources;

    AlterConfigsHandler(ConfigResources resources) {
        this.resources = resources;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_CONFIGS;
    }

    @Override
    public CompletionStage<AlterConfigsResponseData> handle(RequestContext context, AlterConfigsRequestData request) {
        var answers = new ArrayList<CompletableFuture<AlterConfigsResourceResponse>>();
        for (AlterConfigsResource resource : request.resources()) {
            boolean repeated = request.resources()
                            .findAll(resource.resourceType(), resource.resourceName())
                            .size()
                    > 1;
            answers.add(replace(context, resource, repeated, request.validateOnly())
                    .handle((done, failure) -> answer(resource, failure))
                    .toCompletableFuture());
        }
        return Futures.allOf(answers).thenApply(all -> {
            var response = new AlterConfigsResponseData();
            response.responses().addAll(all);
            return response;
        });
    }

    private CompletionStage<Void> replace(
            RequestContext context, AlterConfigsResource resource, boolean repeated, boolean validateOnly) {
        try {
            if (repeated) {
                throw new InvalidRequestException("Each resource must appear at most once.");
            }
            return resources.replace(
                    resource.resourceType(),
                    resource.resourceName(),
                    configs(resource),
                    validateOnly,
                    context.eventLoop());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Map<String, String> configs(AlterConfigsResource resource) {
        var configs = new HashMap<String, String>();
        for (AlterableConfig config : resource.configs()) {
            if (config.value() == null) {
                throw new InvalidConfigurationException("Null value not supported for " + config.name());
            }
            if (configs.put(config.name(), config.value()) != null) {
                throw new InvalidRequestException("Error due to duplicate config keys: " + config.name());
            }
        }
        return configs;
    }

    private static AlterConfigsResourceResponse answer(AlterConfigsResource resource, @Nullable Throwable failure) {
        var answer = new AlterConfigsResourceResponse()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName());
        return failure == null
                ? answer.setErrorMessage(null)
                : answer.setErrorCode(KafkaErrors.of(failure).code())
                        .setErrorMessage(KafkaErrors.exception(failure).getMessage());
    }
}
