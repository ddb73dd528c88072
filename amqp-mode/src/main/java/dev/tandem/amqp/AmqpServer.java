package dev.tandem.amqp;

import dev.tandem.amqp.connection.Authenticator;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.connection.VhostPort;
import dev.tandem.net.Listener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens for AMQP 0-9-1 clients. */
public final class AmqpServer {
    /** How long clients and virtual hosts get to finish when the server stops. */
    private static final int STOP_SECONDS = 5;

    private final Vertx vertx;
    private final AmqpConfig config;
    private final List<String> hosts;
    private final int eventLoops;
    private final ConnectionRegistry connections;
    private final Authenticator authenticator;
    private final VhostPort vhosts;
    private volatile @Nullable Listener listener;

    AmqpServer(
            Vertx vertx,
            AmqpConfig config,
            List<String> hosts,
            int eventLoops,
            ConnectionRegistry connections,
            Authenticator authenticator,
            VhostPort vhosts) {
        this.vertx = vertx;
        this.config = config;
        this.hosts = List.copyOf(hosts);
        this.eventLoops = eventLoops;
        this.connections = connections;
        this.authenticator = authenticator;
        this.vhosts = vhosts;
    }

    /** Binds the port; fails with {@link dev.tandem.net.ListenException}. */
    public Future<Void> start() {
        return Listener.bind(
                        vertx,
                        "amqp",
                        hosts,
                        config.port(),
                        eventLoops,
                        socket -> connections.accept(socket, authenticator, vhosts))
                .onSuccess(bound -> listener = bound)
                .mapEmpty();
    }

    /** The bound port. */
    public int port() {
        Listener bound = listener;
        if (bound == null) {
            throw new IllegalStateException("the AMQP server is not started");
        }
        return bound.port();
    }

    /** Tells clients {@code 320 CONNECTION_FORCED}, gives them time to confirm, then closes the port. */
    public Future<Void> stop() {
        Listener bound = listener;
        if (bound == null) {
            return Future.succeededFuture();
        }
        var gone = connections
                .closeAll("broker forced connection closure with reason 'shutdown'")
                .orTimeout(STOP_SECONDS, TimeUnit.SECONDS);
        return Future.fromCompletionStage(gone).otherwiseEmpty().compose(done -> bound.close());
    }
}
