package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicConfigs;
import dev.tandem.kafka.topic.TopicTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/**
 * DescribeConfigs 1-4. v1 synonyms, v3 types and documentation, v4 flexible.
 *
 * <p>A topic shows every config that Kafka knows, with its default. The broker shows the settings of this broker that
 * have a name in Kafka, read-only. Groups, loggers and client metrics are refused with INVALID_REQUEST.
 */
final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequestData, DescribeConfigsResponseData> {
    private final KafkaConfig config;
    private final TopicTable topics;

    DescribeConfigsHandler(KafkaConfig config, TopicTable topics) {
        this.config = config;
        this.topics = topics;
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
            List<String> keys = resource.configurationKeys();
            Predicate<String> asked = name -> keys == null || keys.isEmpty() || keys.contains(name);
            switch (ConfigResource.Type.forId(resource.resourceType())) {
                case TOPIC -> describeTopic(request, resource.resourceName(), asked, result);
                case BROKER -> describeBroker(resource.resourceName(), asked, result);
                case BROKER_LOGGER, GROUP, CLIENT_METRICS, UNKNOWN ->
                    refuse(
                            result,
                            Errors.INVALID_REQUEST,
                            "Configs of resource type " + resource.resourceType() + " are not built.");
            }
            response.results().add(result);
        }
        return CompletableFuture.completedFuture(response);
    }

    private void describeTopic(
            DescribeConfigsRequestData request, String name, Predicate<String> asked, DescribeConfigsResult result) {
        Optional<Topic> topic = topics.byName(name);
        if (topic.isEmpty()) {
            refuse(result, Errors.UNKNOWN_TOPIC_OR_PARTITION, "Topic '" + name + "' does not exist.");
            return;
        }
        for (TopicConfigs.Entry entry : TopicConfigs.of(topic.get(), config)) {
            if (asked.test(entry.name())) {
                ConfigSource source = entry.isSet() ? ConfigSource.TOPIC_CONFIG : ConfigSource.DEFAULT_CONFIG;
                var described = new DescribeConfigsResourceResult()
                        .setName(entry.name())
                        .setValue(entry.value())
                        .setConfigSource(source.id())
                        .setConfigType(type(entry.type()).id());
                if (request.includeSynonyms()) {
                    described.setSynonyms(synonyms(entry));
                }
                if (request.includeDocumentation()) {
                    described.setDocumentation(entry.documentation());
                }
                result.configs().add(described);
            }
        }
    }

    private static List<DescribeConfigsSynonym> synonyms(TopicConfigs.Entry entry) {
        var synonyms = new ArrayList<DescribeConfigsSynonym>();
        if (entry.isSet()) {
            synonyms.add(new DescribeConfigsSynonym()
                    .setName(entry.name())
                    .setValue(entry.value())
                    .setSource(ConfigSource.TOPIC_CONFIG.id()));
        }
        synonyms.add(new DescribeConfigsSynonym()
                .setName(entry.name())
                .setValue(entry.defaultValue())
                .setSource(ConfigSource.DEFAULT_CONFIG.id()));
        return synonyms;
    }

    private void describeBroker(String name, Predicate<String> asked, DescribeConfigsResult result) {
        if (!name.isEmpty() && !name.equals(Integer.toString(KafkaConfig.NODE_ID))) {
            refuse(
                    result,
                    Errors.INVALID_REQUEST,
                    "There is no broker '" + name + "'; this one is " + KafkaConfig.NODE_ID + ".");
            return;
        }
        brokerConfigs().forEach((key, value) -> {
            if (asked.test(key)) {
                result.configs()
                        .add(new DescribeConfigsResourceResult()
                                .setName(key)
                                .setValue(value)
                                .setReadOnly(true)
                                .setConfigSource(ConfigSource.STATIC_BROKER_CONFIG.id())
                                .setConfigType(ConfigType.STRING.id()));
            }
        });
    }

    private Map<String, String> brokerConfigs() {
        var configs = new LinkedHashMap<String, String>();
        configs.put("node.id", Integer.toString(KafkaConfig.NODE_ID));
        configs.put("broker.id", Integer.toString(KafkaConfig.NODE_ID));
        configs.put("num.partitions", Integer.toString(config.numPartitions()));
        configs.put("default.replication.factor", "1");
        configs.put("auto.create.topics.enable", Boolean.toString(config.autoCreateTopics()));
        configs.put("message.max.bytes", Long.toString(config.messageMaxBytes()));
        configs.put("socket.request.max.bytes", Long.toString(config.requestMaxBytes()));
        configs.put("fetch.max.bytes", Long.toString(config.fetchMaxBytes()));
        configs.put(
                "connections.max.idle.ms",
                Long.toString(config.connectionMaxIdle().toMillis()));
        configs.put("max.connections", Integer.toString(config.maxConnections()));
        configs.put(
                "group.initial.rebalance.delay.ms",
                Long.toString(config.groupInitialRebalanceDelay().toMillis()));
        return configs;
    }

    private static void refuse(DescribeConfigsResult result, Errors error, String message) {
        result.setErrorCode(error.code()).setErrorMessage(message);
    }

    private static ConfigType type(ConfigDef.Type type) {
        return switch (type) {
            case BOOLEAN -> ConfigType.BOOLEAN;
            case STRING -> ConfigType.STRING;
            case INT -> ConfigType.INT;
            case SHORT -> ConfigType.SHORT;
            case LONG -> ConfigType.LONG;
            case DOUBLE -> ConfigType.DOUBLE;
            case LIST -> ConfigType.LIST;
            case CLASS -> ConfigType.CLASS;
            case PASSWORD -> ConfigType.PASSWORD;
        };
    }
}
