package dev.tandem.kafka.api;

import dev.tandem.kafka.config.ConfigEntry;
import dev.tandem.kafka.config.ConfigResources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse;

/**
 * DescribeConfigs 1-4. v1 synonyms, v3 types and documentation, v4 flexible.
 *
 * <p>Topics, groups and the broker show every config they can have, with its default; the broker's are read-only. Log
 * levels and client metrics are refused with INVALID_REQUEST.
 */
final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequestData, DescribeConfigsResponseData> {
    private final ConfigResources resources;

    DescribeConfigsHandler(ConfigResources resources) {
        this.resources = resources;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CONFIGS;
    }

    @Override
    public CompletionStage<DescribeConfigsResponseData> handle(
            RequestContext context, DescribeConfigsRequestData request) {
        var response = new DescribeConfigsResponseData();
        for (DescribeConfigsResource resource : request.resources()) {
            var result = new DescribeConfigsResult()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName())
                    .setErrorMessage("");
            try {
                describe(request, resource, result);
            } catch (ApiException e) {
                result.setErrorCode(Errors.forException(e).code()).setErrorMessage(e.getMessage());
            }
            response.results().add(result);
        }
        return CompletableFuture.completedFuture(response);
    }

    private void describe(
            DescribeConfigsRequestData request, DescribeConfigsResource resource, DescribeConfigsResult result) {
        ConfigResources.Description description = resources.describe(resource.resourceType(), resource.resourceName());
        boolean readOnly = description.source() == ConfigSource.STATIC_BROKER_CONFIG;
        List<String> keys = resource.configurationKeys();
        for (ConfigEntry entry : description.entries()) {
            if (keys != null && !keys.isEmpty() && !keys.contains(entry.name())) {
                continue;
            }
            var described = new DescribeConfigsResourceResult()
                    .setName(entry.name())
                    .setValue(entry.value())
                    .setReadOnly(readOnly)
                    .setConfigSource(id(entry.isSet() ? description.source() : ConfigSource.DEFAULT_CONFIG))
                    .setConfigType(type(entry.type()).id());
            if (request.includeSynonyms()) {
                described.setSynonyms(synonyms(entry, description.source()));
            }
            if (request.includeDocumentation()) {
                described.setDocumentation(entry.documentation());
            }
            result.configs().add(described);
        }
    }

    private static List<DescribeConfigsSynonym> synonyms(ConfigEntry entry, ConfigSource source) {
        var synonyms = new ArrayList<DescribeConfigsSynonym>();
        if (entry.isSet()) {
            synonyms.add(new DescribeConfigsSynonym()
                    .setName(entry.name())
                    .setValue(entry.value())
                    .setSource(id(source)));
        }
        synonyms.add(new DescribeConfigsSynonym()
                .setName(entry.brokerSynonym().orElse(entry.name()))
                .setValue(entry.defaultValue())
                .setSource(id(ConfigSource.DEFAULT_CONFIG)));
        return synonyms;
    }

    private static byte id(ConfigSource source) {
        for (var known : DescribeConfigsResponse.ConfigSource.values()) {
            if (known.source() == source) {
                return known.id();
            }
        }
        throw new IllegalArgumentException("The protocol has no number for " + source);
    }

    private static DescribeConfigsResponse.ConfigType type(ConfigDef.Type type) {
        return DescribeConfigsResponse.ConfigType.valueOf(type.name());
    }
}
