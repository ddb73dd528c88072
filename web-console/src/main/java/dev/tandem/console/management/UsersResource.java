package dev.tandem.console.management;

import dev.tandem.amqp.admin.AccessAdmin;
import dev.tandem.amqp.admin.AccessAdmin.UserChange;
import dev.tandem.amqp.admin.AccessAdmin.UserView;
import dev.tandem.console.api.ApiException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /users}. */
final class UsersResource {
    private static final String DEFAULT_HASHING = "rabbit_password_hashing_sha256";

    private final AccessAdmin access;
    private final Replies replies;
    private final BodyHandler body;

    UsersResource(AccessAdmin access, Replies replies, BodyHandler body) {
        this.access = access;
        this.replies = replies;
        this.body = body;
    }

    void install(Router api) {
        api.get("/users")
                .handler(context -> replies.send(
                        context,
                        () -> access.users().stream().map(UsersResource::view).toList()));
        api.get("/users/:user").handler(this::show);
        api.put("/users/:user").handler(body).handler(this::put);
        api.delete("/users/:user")
                .handler(context -> replies.sendDelete(context, () -> access.deleteUser(context.pathParam("user"))));
    }

    private void show(RoutingContext context) {
        replies.send(context, () -> access.users().stream()
                .filter(user -> user.name().equals(context.pathParam("user")))
                .map(UsersResource::view)
                .findFirst()
                .orElseThrow(Replies::notFound));
    }

    private void put(RoutingContext context) {
        replies.sendPut(context, () -> {
            var wish = Body.of(context);
            Optional<String> password = wish.text("password");
            Optional<String> hash = wish.text("password_hash");
            if (password.isPresent() && hash.isPresent()) {
                throw new ApiException(400, "both_password_and_password_hash_are_provided");
            }
            List<String> tags = wish.texts("tags").orElseThrow(() -> new ApiException(400, "tags_not_present"));
            return access.putUser(new UserChange(
                    context.pathParam("user"),
                    password,
                    hash,
                    wish.text("hashing_algorithm").orElse(DEFAULT_HASHING),
                    tags));
        });
    }

    private static Map<String, Object> view(UserView user) {
        return Map.of(
                "name", user.name(),
                "password_hash", user.passwordHash(),
                "hashing_algorithm", user.hashingAlgorithm(),
                "tags", user.tags(),
                "limits", Map.of());
    }
}
