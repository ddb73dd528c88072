package dev.tandem.console.management;

import dev.tandem.amqp.admin.AccessAdmin;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** Everything of this package on one router. */
public final class ManagementApi {
    /** As large as any of these bodies needs to be: three regular expressions. */
    private static final int MAX_BODY_BYTES = 16 << 10;

    private final AccessAdmin access;

    public ManagementApi(AccessAdmin access) {
        this.access = access;
    }

    /**
     * Adds the routes.
     *
     * @param maxBodyBytes largest body that the console takes
     */
    public void install(Vertx vertx, Router router, WorkerExecutor workers, int maxBodyBytes) {
        var replies = new Replies(workers);
        var body = BodyHandler.create(false).setBodyLimit(Math.min(MAX_BODY_BYTES, maxBodyBytes));
        Router api = Router.router(vertx);
        var administrators = new Administrators(access);
        for (String noun : new String[] {"/vhosts", "/users", "/permissions"}) {
            api.route(noun).handler(administrators::check);
            api.route(noun + "/*").handler(administrators::check);
        }
        api.route().failureHandler(ManagementApi::refuseUnread);
        new VhostsResource(access, replies, body).install(api);
        new UsersResource(access, replies, body).install(api);
        new PermissionsResource(access, replies, body).install(api);
        router.route("/api/*").subRouter(api);
    }

    private static void refuseUnread(RoutingContext context) {
        if (context.statusCode() == 413) {
            Replies.refuse(context, 413, "the body is larger than this address takes");
        } else {
            context.next();
        }
    }
}
