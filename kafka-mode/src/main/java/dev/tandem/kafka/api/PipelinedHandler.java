package dev.tandem.kafka.api;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A handler whose requests may overlap on one connection: the next request of the same API starts before this one is
 * answered, though never before this one has settled its place in the order.
 *
 * @param <Q> the API's request message
 * @param <R> the API's response message
 */
public interface PipelinedHandler<Q extends ApiMessage, R extends ApiMessage> extends ApiHandler<Q, R> {

    /**
     * As {@link #handle(RequestContext, ApiMessage)}.
     *
     * @param ordered runs on the event loop once the request's effects are in order; at the latest when it is answered
     */
    CompletionStage<R> handle(RequestContext context, Q request, Runnable ordered);

    @Override
    default CompletionStage<R> handle(RequestContext context, Q request) {
        return handle(context, request, () -> {});
    }
}
