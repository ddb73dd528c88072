package dev.tandem.net;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One bound port, on one or several local addresses. */
public final class Listener {
    /** Counts, in what one Vert.x shares, the free ports that were asked for. */
    private static final String FREE_PORTS = "dev.tandem.net.free-ports";

    /** How often to look for a port that is free on every address. */
    private static final int FREE_PORT_ATTEMPTS = 8;

    private final Vertx vertx;
    private final List<String> deployments = new ArrayList<>();
    private int port;

    private Listener(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    /**
     * Binds a port on every address, one acceptor an event loop, so that connections spread over the loops.
     *
     * @param name what listens, for error messages: {@code kafka}, {@code amqp}
     * @param hosts local addresses; an address family that the machine lacks is left out as long as one address binds
     * @param port 0 for any free port, the same on every address
     * @param loops event loops to spread connections over
     * @param onConnect runs on the connection's event loop
     * @return the bound listener; fails with {@link ListenException}
     */
    public static Future<Listener> bind(
            Vertx vertx, String name, List<String> hosts, int port, int loops, Handler<NetSocket> onConnect) {
        return bind(vertx, name, hosts, port, loops, onConnect, port == 0 ? FREE_PORT_ATTEMPTS : 1);
    }

    private static Future<Listener> bind(
            Vertx vertx,
            String name,
            List<String> hosts,
            int port,
            int loops,
            Handler<NetSocket> onConnect,
            int attempts) {
        var listener = new Listener(vertx, port);
        return listener.bindAll(name, hosts, loops, onConnect)
                .recover(failure -> listener.close().transform(closed -> Future.failedFuture(failure)))
                .map(listener)
                .recover(failure -> attempts > 1 && ListenException.isPortInUse(failure.getCause())
                        ? bind(vertx, name, hosts, port, loops, onConnect, attempts - 1)
                        : Future.failedFuture(failure));
    }

    /** The bound port. */
    public int port() {
        return port;
    }

    /** Stops accepting and closes what was accepted. */
    public Future<Void> close() {
        var closing = new ArrayList<Future<Void>>();
        for (String deployment : deployments) {
            closing.add(vertx.undeploy(deployment));
        }
        deployments.clear();
        return Future.join(closing).mapEmpty();
    }

    private Future<Void> bindAll(String name, List<String> hosts, int loops, Handler<NetSocket> onConnect) {
        Future<Void> bound = Future.succeededFuture();
        var missing = new ArrayList<Throwable>();
        for (String host : hosts) {
            bound = bound.compose(ignored -> bindHost(host, loops, onConnect).recover(failure -> {
                missing.add(failure);
                return isMissingFamily(host, failure)
                        ? Future.succeededFuture()
                        : Future.failedFuture(ListenException.of(name, host, port, failure));
            }));
        }
        return bound.compose(ignored -> deployments.isEmpty()
                ? Future.failedFuture(ListenException.of(name, hosts.get(0), port, missing.get(0)))
                : Future.succeededFuture());
    }

    private Future<Void> bindHost(String host, int loops, Handler<NetSocket> onConnect) {
        int wanted = port == 0 ? nextSharedFreePort() : port;
        var actualPort = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> new Acceptor(host, wanted, onConnect, actualPort),
                        new DeploymentOptions().setInstances(loops))
                .map(id -> {
                    deployments.add(id);
                    port = actualPort.get();
                    return null;
                });
    }

    /**
     * Asks Vert.x for a free port that the acceptors of this listener share; with 0 each would get its own. Vert.x gives
     * the same port to all who ask with the same negative number, so no two listeners may use one.
     */
    private int nextSharedFreePort() {
        return -vertx.sharedData().<String, Integer>getLocalMap(FREE_PORTS).merge("asked", 1, Integer::sum);
    }

    /** IPv6 may be switched off; then its loopback address cannot be assigned. */
    private static boolean isMissingFamily(String host, Throwable failure) {
        return host.indexOf(':') >= 0 && !ListenException.isPortInUse(failure);
    }

    private static final class Acceptor extends VerticleBase {
        private final String host;
        private final int port;
        private final Handler<NetSocket> onConnect;
        private final AtomicInteger actualPort;

        Acceptor(String host, int port, Handler<NetSocket> onConnect, AtomicInteger actualPort) {
            this.host = host;
            this.port = port;
            this.onConnect = onConnect;
            this.actualPort = actualPort;
        }

        @Override
        public Future<?> start() {
            NetServer server = vertx.createNetServer(new NetServerOptions()
                    .setTcpNoDelay(true)
                    .setReuseAddress(true)
                    .setAcceptBacklog(1024));
            return server.connectHandler(onConnect)
                    .listen(port, host)
                    .onSuccess(bound -> actualPort.set(bound.actualPort()));
        }
    }
}
