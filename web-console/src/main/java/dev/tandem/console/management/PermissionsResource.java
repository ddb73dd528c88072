package dev.tandem.console.management;

import dev.tandem.amqp.admin.AccessAdmin;
import dev.tandem.amqp.admin.AccessAdmin.PermissionView;
import dev.tandem.console.api.ApiException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.function.Predicate;

/** {@code /permissions}, and those of one virtual host or user. */
final class PermissionsResource {
    private final AccessAdmin access;
    private final Replies replies;
    private final BodyHandler body;

    PermissionsResource(AccessAdmin access, Replies replies, BodyHandler body) {
        this.access = access;
        this.replies = replies;
        this.body = body;
    }

    void install(Router api) {
        api.get("/permissions").handler(context -> replies.send(context, access::permissions));
        api.get("/vhosts/:vhost/permissions").handler(this::listOfVhost);
        api.get("/users/:user/permissions").handler(this::listOfUser);
        api.get("/permissions/:vhost/:user").handler(this::show);
        api.put("/permissions/:vhost/:user").handler(body).handler(this::put);
        api.delete("/permissions/:vhost/:user")
                .handler(context -> replies.sendDelete(
                        context, () -> access.deletePermission(context.pathParam("vhost"), context.pathParam("user"))));
    }

    private void listOfVhost(RoutingContext context) {
        replies.send(context, () -> {
            String vhost = context.pathParam("vhost");
            if (!access.vhosts().contains(vhost)) {
                throw Replies.notFound();
            }
            return list(permission -> permission.vhost().equals(vhost));
        });
    }

    private void listOfUser(RoutingContext context) {
        replies.send(context, () -> {
            String user = context.pathParam("user");
            if (access.users().stream().noneMatch(known -> known.name().equals(user))) {
                throw Replies.notFound();
            }
            return list(permission -> permission.user().equals(user));
        });
    }

    private void show(RoutingContext context) {
        replies.send(context, () -> list(permission -> permission.vhost().equals(context.pathParam("vhost"))
                        && permission.user().equals(context.pathParam("user")))
                .stream()
                .findFirst()
                .orElseThrow(Replies::notFound));
    }

    private void put(RoutingContext context) {
        replies.sendPut(context, () -> {
            var wish = Body.of(context);
            var permission = new PermissionView(
                    context.pathParam("user"),
                    context.pathParam("vhost"),
                    wish.requiredText("configure"),
                    wish.requiredText("write"),
                    wish.requiredText("read"));
            return access.putPermission(permission)
                    .thenApply(isNew -> isNew.orElseThrow(() -> new ApiException(400, "vhost_or_user_not_found")));
        });
    }

    private List<PermissionView> list(Predicate<PermissionView> which) {
        return access.permissions().stream().filter(which).toList();
    }
}
