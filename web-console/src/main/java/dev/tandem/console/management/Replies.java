package dev.tandem.console.management;

import dev.tandem.console.api.Answers;
import dev.tandem.console.api.ApiException;
import dev.tandem.console.api.Json;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes replies on the workers and sends them in the form of RabbitMQ's API. */
final class Replies {
    private static final Logger LOGGER = LoggerFactory.getLogger(Replies.class);

    private final WorkerExecutor workers;

    Replies(WorkerExecutor workers) {
        this.workers = workers;
    }

    /** Answers 200 with something as JSON. */
    void send(RoutingContext context, Callable<Object> question) {
        run(context, () -> Json.write(question.call()), json -> context.response()
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(json)));
    }

    /** Answers a PUT: 201 for something new, 204 for something changed. */
    void sendPut(RoutingContext context, Callable<CompletableFuture<Boolean>> change) {
        run(context, () -> await(change), isNew -> context.response()
                .setStatusCode(isNew ? 201 : 204)
                .end());
    }

    /** Answers a DELETE: 204, or 404 when there was nothing. */
    void sendDelete(RoutingContext context, Callable<CompletableFuture<Boolean>> deletion) {
        run(
                context,
                () -> {
                    if (!await(deletion)) {
                        throw notFound();
                    }
                    return true;
                },
                deleted -> context.response().setStatusCode(204).end());
    }

    static ApiException notFound() {
        return new ApiException(404, "Not Found");
    }

    private static boolean await(Callable<CompletableFuture<Boolean>> change) throws Exception {
        try {
            return Answers.await(change.call());
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, String.valueOf(e.getMessage()));
        }
    }

    private <T> void run(RoutingContext context, Callable<T> work, Consumer<T> reply) {
        workers.executeBlocking(work, false).onComplete(result -> {
            if (result.succeeded()) {
                reply.accept(result.result());
            } else if (result.cause() instanceof ApiException refused) {
                refuse(context, refused.status(), String.valueOf(refused.getMessage()));
            } else {
                LOGGER.error(
                        "could not answer {} {}", context.request().method(), context.normalizedPath(), result.cause());
                refuse(context, 500, "the broker could not answer; its log says why");
            }
        });
    }

    /** Says no as RabbitMQ does. */
    static void refuse(RoutingContext context, int status, String reason) {
        String error =
                switch (status) {
                    case 400 -> "bad_request";
                    case 401 -> "not_authorised";
                    case 404 -> "Object Not Found";
                    case 409 -> "conflict";
                    case 413 -> "payload_too_large";
                    default -> "internal_error";
                };
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("error", error).put("reason", reason).toBuffer());
    }
}
