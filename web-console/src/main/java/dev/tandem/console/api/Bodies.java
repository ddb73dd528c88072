package dev.tandem.console.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Request bodies, already bounded by the route. */
final class Bodies {
    private Bodies() {}

    static byte[] bytes(RoutingContext context) {
        Buffer body = context.body() == null ? null : context.body().buffer();
        if (body == null || body.length() == 0) {
            throw new ApiException(400, "the body is empty");
        }
        return body.getBytes();
    }
}
