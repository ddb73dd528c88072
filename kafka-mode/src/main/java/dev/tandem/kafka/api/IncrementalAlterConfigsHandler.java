package dev.tandem.kafka.api;

import dev.tandem.kafka.config.ConfigEdit;
import dev.tandem.kafka.config.ConfigResources;
import dev.tandem.kafka.future.Futures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * IncrementalAlterConfigs 0-1. v1 flexible. Changes single configs of topics and groups (KIP-339); the broker's come from
 * its configuration and are refused.
 */
final class IncrementalAlterConfigsHandler
        implements ApiHandler<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
    private final ConfigResources resources;

    IncrementalAlterConfigsHandler(ConfigResources resources) {
        this.resources = resources;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public CompletionStage<IncrementalAlterConfigsResponseData> handle(
            RequestContext context, IncrementalAlterConfigsRequestData request) {
        var answers = new ArrayList<CompletableFuture<AlterConfigsResourceResponse>>();
        for (AlterConfigsResource resource : request.resources()) {
            boolean repeated = request.resources()
                            .findAll(resource.resourceType(), resource.resourceName())
                            .size()
                    > 1;
            answers.add(alter(context, resource, repeated, request.validateOnly())
                    .handle((done, failure) -> answer(resource, failure))
                    .toCompletableFuture());
        }
        return Futures.allOf(answers).thenApply(all -> {
            var response = new IncrementalAlterConfigsResponseData();
            response.responses().addAll(all);
            return response;
        });
    }

    private CompletionStage<Void> alter(
            RequestContext context, AlterConfigsResource resource, boolean repeated, boolean validateOnly) {
        try {
            if (repeated) {
                throw new InvalidRequestException("Each resource must appear at most once.");
            }
            return resources.edit(
                    resource.resourceType(),
                    resource.resourceName(),
                    edits(resource),
                    validateOnly,
                    context.eventLoop());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static List<ConfigEdit> edits(AlterConfigsResource resource) {
        var edits = new ArrayList<ConfigEdit>(resource.configs().size());
        var names = new HashSet<String>();
        for (AlterableConfig config : resource.configs()) {
            OpType operation = OpType.forId(config.configOperation());
            if (operation == null) {
                throw new InvalidRequestException(
                        "Unknown operation " + config.configOperation() + " on config '" + config.name() + "'.");
            }
            if (!names.add(config.name())) {
                throw new InvalidRequestException("Error due to duplicate config keys: " + config.name());
            }
            if (config.value() == null && operation != OpType.DELETE) {
                throw new InvalidConfigurationException("Null value not supported for " + config.name());
            }
            edits.add(new ConfigEdit(config.name(), operation, config.value()));
        }
        return edits;
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
