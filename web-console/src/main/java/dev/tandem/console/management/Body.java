package dev.tandem.console.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tandem.console.api.ApiException;
import dev.tandem.console.api.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The JSON object that a request carries, or nothing. Fields that nobody asks for are ignored, as in RabbitMQ. */
final class Body {
    private final JsonNode fields;

    private Body(JsonNode fields) {
        this.fields = fields;
    }

    static Body of(RoutingContext context) {
        var buffer = context.body() == null ? null : context.body().buffer();
        if (buffer == null || buffer.length() == 0) {
            return new Body(MissingNode.getInstance());
        }
        JsonNode read = Json.read(buffer.getBytes(), JsonNode.class);
        if (!read.isObject()) {
            throw new ApiException(400, "the body must be a JSON object");
        }
        return new Body(read);
    }

    Optional<String> text(String name) {
        JsonNode value = fields.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new ApiException(400, name + " must be a text");
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> new ApiException(400, "key_missing: " + name));
    }

    boolean isTrue(String name) {
        return fields.path(name).asBoolean(false);
    }

    /** A list of texts, or texts separated by commas. */
    Optional<List<String>> texts(String name) {
        JsonNode value = fields.path(name);
        if (!value.isArray()) {
            return text(name).map(Body::split);
        }
        var texts = new ArrayList<String>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw new ApiException(400, name + " must be a list of texts");
            }
            texts.add(element.textValue());
        }
        return Optional.of(texts);
    }

    private static List<String> split(String text) {
        return List.of(text.split(",")).stream()
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
