package dev.tandem.console.guard;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The one form in which the console says no: {@code {"error": {"status": 404, "message": "…"}}}. */
public final class Refusal {
    private Refusal() {}

    /** Ends the request with a status and a sentence. */
    public static void send(RoutingContext context, int status, String message) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        var error = new JsonObject().put("status", status).put("message", message);
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("error", error).toBuffer());
    }
}
