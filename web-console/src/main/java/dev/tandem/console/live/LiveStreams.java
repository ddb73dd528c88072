package dev.tandem.console.live;

import dev.tandem.console.guard.Refusal;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Open server-sent event streams, a bounded number of them. */
public final class LiveStreams {
    private final int limit;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

    private record Stream(HttpServerResponse response, Context context) {}

    /** At most so many at one time. */
    public LiveStreams(int limit) {
        this.limit = limit;
    }

    /** Answers a request with a stream that begins with the given events. */
    public void open(RoutingContext context, Supplier<Buffer> beginning) {
        if (streams.size() >= limit) {
            Refusal.send(context, 503, "all " + limit + " live streams are in use (console.max-live-streams)");
            return;
        }
        HttpServerResponse response = context.response();
        var stream = new Stream(response, context.vertx().getOrCreateContext());
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        streams.add(stream);
        response.closeHandler(closed -> streams.remove(stream));
        response.exceptionHandler(failure -> streams.remove(stream));
        response.write(beginning.get());
    }

    /** Sends an event to every stream; a reader that lags behind misses it. From any thread. */
    public void broadcast(String event, byte[] json) {
        if (streams.isEmpty()) {
            return;
        }
        Buffer frame = frame(event, json);
        for (Stream stream : streams) {
            stream.context().runOnContext(ignored -> {
                if (!stream.response().closed() && !stream.response().writeQueueFull()) {
                    stream.response().write(frame);
                }
            });
        }
    }

    /** Whether anybody watches. */
    public boolean isEmpty() {
        return streams.isEmpty();
    }

    /** Ends every stream. */
    public void close() {
        for (Stream stream : streams) {
            stream.context().runOnContext(ignored -> {
                if (!stream.response().ended()) {
                    stream.response().end();
                }
            });
        }
        streams.clear();
    }

    /** One event; JSON written by Jackson holds no line break. */
    public static Buffer frame(String event, byte[] json) {
        return Buffer.buffer(json.length + event.length() + 16)
                .appendBytes(("event: " + event + "\ndata: ").getBytes(StandardCharsets.UTF_8))
                .appendBytes(json)
                .appendBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    }
}
