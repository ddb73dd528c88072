package dev.tandem.kafka.api;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where a request came from.
 *
 * @param apiVersion the request's version
 * @param clientId empty when the client sent none
 * @param clientAddress remote end of the connection
 * @param localAddress local end of the connection: what an unconfigured advertised address is made of
 * @param eventLoop the connection's event loop, as the executor for commits and timers
 */
public record RequestContext(
        short apiVersion,
        String clientId,
        InetSocketAddress clientAddress,
        InetSocketAddress localAddress,
        Executor eventLoop) {

    /** The event loop as a timer. */
    ScheduledExecutorService timer() {
        return (ScheduledExecutorService) eventLoop;
    }
}
