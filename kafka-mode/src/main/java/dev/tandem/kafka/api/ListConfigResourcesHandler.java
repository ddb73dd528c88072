package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.group.GroupConfigs;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData.ConfigResource;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * ListConfigResources 0-1. v0 lists client metrics alone, of which there are none; v1 any types, all for an empty list
 * (KIP-1142): topics, the broker, groups that have configs.
 */
final class ListConfigResourcesHandler
        implements ApiHandler<ListConfigResourcesRequestData, ListConfigResourcesResponseData> {
    private static final Set<Type> LISTABLE =
            EnumSet.of(Type.TOPIC, Type.BROKER, Type.BROKER_LOGGER, Type.CLIENT_METRICS, Type.GROUP);

    private final TopicTable topics;
    private final GroupConfigs groups;

    ListConfigResourcesHandler(TopicTable topics, GroupConfigs groups) {
        this.topics = topics;
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_CONFIG_RESOURCES;
    }

    @Override
    public CompletionStage<ListConfigResourcesResponseData> handle(
            RequestContext context, ListConfigResourcesRequestData request) {
        var response = new ListConfigResourcesResponseData();
        for (Type type : asked(context, request)) {
            for (String name : names(type)) {
                response.configResources()
                        .add(new ConfigResource().setResourceType(type.id()).setResourceName(name));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private static Set<Type> asked(RequestContext context, ListConfigResourcesRequestData request) {
        if (context.apiVersion() == 0) {
            return EnumSet.of(Type.CLIENT_METRICS);
        }
        if (request.resourceTypes().isEmpty()) {
            return LISTABLE;
        }
        var types = EnumSet.noneOf(Type.class);
        for (byte id : request.resourceTypes()) {
            Type type = Type.forId(id);
            if (!LISTABLE.contains(type)) {
                throw new UnsupportedVersionException("There is no config resource type " + id + ".");
            }
            types.add(type);
        }
        return types;
    }

    private List<String> names(Type type) {
        return switch (type) {
            case TOPIC -> topics.sorted().stream().map(Topic::name).toList();
            case BROKER, BROKER_LOGGER -> List.of(Integer.toString(KafkaConfig.NODE_ID));
            case GROUP -> groups.groupIds().stream().sorted().toList();
            case CLIENT_METRICS, UNKNOWN -> List.of();
        };
    }
}
