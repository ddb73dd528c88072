package dev.tandem.amqp.connection;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connection ends: its channels close, what it has at its virtual host goes, once, and a client that is told why gets
 * time to read it. Also ends the connection of a client that does not get through its handshake.
 */
final class Departure {
    private static final Logger LOGGER = LoggerFactory.getLogger(Departure.class);
    /** How long a client may take to read our last words, as in RabbitMQ. */
    private static final int LINGER_SECONDS = 3;

    private final AmqpConnection connection;
    private final Transport transport;
    private final VhostPort vhosts;
    private final Channels channels;
    private final Heartbeat heartbeat;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean entered;
    private @Nullable CompletionStage<Void> left;
    private @Nullable Future<?> deadline;

    Departure(
            AmqpConnection connection, Transport transport, VhostPort vhosts, Channels channels, Heartbeat heartbeat) {
        this.connection = connection;
        this.transport = transport;
        this.vhosts = vhosts;
        this.channels = channels;
        this.heartbeat = heartbeat;
    }

    /** Gives the client its time for the handshake. */
    void expectEntryWithin(Duration time) {
        deadline = transport
                .eventLoop()
                .schedule(
                        () -> {
                            LOGGER.warn("{} closed: no open connection within {}", connection.name(), time);
                            transport.close();
                        },
                        time.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** The client has opened its virtual host. */
    void entered() {
        entered = true;
        cancelDeadline();
    }

    /** Ends all that the connection has at the virtual host, once. */
    CompletionStage<Void> leave() {
        heartbeat.stop();
        CompletionStage<Void> leaving = left;
        if (leaving == null) {
            channels.closeAll();
            connection.setChannelCount(0);
            leaving = entered ? leaveVhost() : CompletableFuture.completedFuture(null);
            left = leaving;
        }
        return leaving;
    }

    /** Goes on reading, and dropping what comes, until the client has gone or its time is over. */
    void linger() {
        heartbeat.stop();
        transport.resumeForGood();
        cancelDeadline();
        deadline = transport.eventLoop().schedule(transport::close, LINGER_SECONDS, TimeUnit.SECONDS);
    }

    /** The socket is gone. */
    void onSocketClosed(Runnable then) {
        cancelDeadline();
        transport.release();
        leave().whenComplete((done, failure) -> {
            then.run();
            ended.complete(null);
        });
    }

    /** Completes when the socket and all that belonged to the connection are gone; any thread. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private CompletionStage<Void> leaveVhost() {
        CompletionStage<Void> leaving;
        try {
            leaving = vhosts.connectionClosed(connection);
        } catch (RuntimeException e) {
            leaving = CompletableFuture.failedFuture(e);
        }
        return leaving.whenComplete((done, failure) -> {
            if (failure != null) {
                LOGGER.error("{}: cleaning up in vhost '{}' failed", connection.name(), connection.vhost(), failure);
            }
        });
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
