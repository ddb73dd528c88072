package dev.tandem.console.management;

import dev.tandem.amqp.admin.AccessAdmin;
import dev.tandem.console.api.ApiException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Set;

/** {@code /vhosts}; the virtual host {@code /} is written {@code %2F}. */
final class VhostsResource {
    /** What a queue without {@code x-queue-type} is here. */
    private static final Set<String> DEFAULT_QUEUE_TYPES = Set.of("classic", "undefined");

    private final AccessAdmin access;
    private final Replies replies;
    private final BodyHandler body;

    record Metadata(String description, List<String> tags) {}

    record Vhost(String name, String description, List<String> tags, Metadata metadata, boolean tracing) {
        static Vhost of(String name) {
            return new Vhost(name, "", List.of(), new Metadata("", List.of()), false);
        }
    }

    VhostsResource(AccessAdmin access, Replies replies, BodyHandler body) {
        this.access = access;
        this.replies = replies;
        this.body = body;
    }

    void install(Router api) {
        api.get("/vhosts")
                .handler(context -> replies.send(
                        context, () -> access.vhosts().stream().map(Vhost::of).toList()));
        api.get("/vhosts/:vhost").handler(this::show);
        api.put("/vhosts/:vhost").handler(body).handler(this::put);
        api.delete("/vhosts/:vhost")
                .handler(context -> replies.sendDelete(context, () -> access.deleteVhost(context.pathParam("vhost"))));
    }

    private void show(RoutingContext context) {
        replies.send(context, () -> access.vhosts().stream()
                .filter(context.pathParam("vhost")::equals)
                .map(Vhost::of)
                .findFirst()
                .orElseThrow(Replies::notFound));
    }

    /** Of what RabbitMQ knows, what would change a message's fate is refused; a description is not kept. */
    private void put(RoutingContext context) {
        replies.sendPut(context, () -> {
            var wish = Body.of(context);
            if (wish.isTrue("tracing")) {
                throw new ApiException(400, "tracing is not supported");
            }
            wish.text("default_queue_type")
                    .filter(type -> !DEFAULT_QUEUE_TYPES.contains(type))
                    .ifPresent(type -> {
                        throw new ApiException(400, "the default_queue_type '" + type + "' is not supported");
                    });
            return access.putVhost(context.pathParam("vhost"));
        });
    }
}
