package dev.tandem.console.api;

import dev.tandem.console.guard.Refusal;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes answers on the workers and sends them as JSON. */
public final class Answers {
    private static final Logger LOGGER = LoggerFactory.getLogger(Answers.class);
    private static final long ACTION_TIMEOUT_SECONDS = 20;

    private final WorkerExecutor workers;

    Answers(WorkerExecutor workers) {
        this.workers = workers;
    }

    void send(RoutingContext context, Callable<Object> answer) {
        send(context, 200, answer);
    }

    void send(RoutingContext context, int status, Callable<Object> answer) {
        workers.executeBlocking(() -> Json.write(answer.call()), false).onComplete(result -> {
            if (result.succeeded()) {
                context.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", "application/json")
                        .end(Buffer.buffer(result.result()));
                return;
            }
            if (result.cause() instanceof ApiException refused) {
                Refusal.send(context, refused.status(), String.valueOf(refused.getMessage()));
                return;
            }
            LOGGER.error(
                    "could not answer {} {}", context.request().method(), context.normalizedPath(), result.cause());
            Refusal.send(context, 500, "the broker could not answer; its log says why");
        });
    }

    /** Waits for what a mode was asked to do; its refusal is a 409 with the mode's own sentence. */
    public static <T> T await(CompletableFuture<T> action) {
        try {
            return action.get(ACTION_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof ApiException told) {
                throw told;
            }
            LOGGER.debug("action refused", cause);
            throw new ApiException(409, refusal(cause == null ? e : cause));
        } catch (TimeoutException e) {
            throw new ApiException(504, "no answer within " + ACTION_TIMEOUT_SECONDS + " s; it may still happen");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(503, "the console is stopping");
        }
    }

    private static String refusal(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? "the broker refused without a reason" : message;
    }
}
