package dev.tandem.kafka.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** The handlers by API key: what is served, and what ApiVersions therefore says. Immutable. */
public final class KafkaApiRegistry {
    private final Map<ApiKeys, ApiHandler<?, ?>> handlers = new EnumMap<>(ApiKeys.class);

    /**
     * Registers handlers, and the one of ApiVersions that advertises them.
     *
     * @param clusterId this cluster's id
     * @throws IllegalArgumentException when two handlers claim one API
     */
    public KafkaApiRegistry(String clusterId, List<ApiHandler<?, ?>> handlers) {
        handlers.forEach(this::register);
        var versions = new ApiVersionsHandler(clusterId);
        register(versions);
        versions.advertise(rows().stream().filter(Row::served).toList());
    }

    /** The handler of an API, if it is served. */
    public Optional<ApiHandler<?, ?>> find(ApiKeys key) {
        return Optional.ofNullable(handlers.get(key));
    }

    /** What a client hears that asks for ApiVersions in a version not served; in the form of v0. */
    public ApiVersionsResponseData unsupportedApiVersions() {
        return ApiVersionsHandler.unsupportedVersion(rows().stream()
                .filter(row -> row.key() == ApiKeys.API_VERSIONS.id)
                .findFirst()
                .orElseThrow());
    }

    /** Every API that a broker may be asked for, in key order. */
    public List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (ApiKeys key : ApiKeys.clientApis()) {
            ApiHandler<?, ?> handler = handlers.get(key);
            rows.add(
                    handler == null
                            ? new Row(key.id, key.name, false, (short) -1, (short) -1)
                            : new Row(key.id, key.name, true, handler.minVersion(), handler.maxVersion()));
        }
        return rows;
    }

    private void register(ApiHandler<?, ?> handler) {
        if (handlers.putIfAbsent(handler.key(), handler) != null) {
            throw new IllegalArgumentException("two handlers for " + handler.key().name);
        }
    }

    /**
     * One API: its versions when it is served, else -1.
     *
     * @param key number of the API
     * @param name as the protocol calls it
     */
    public record Row(short key, String name, boolean served, short minVersion, short maxVersion) {}
}
