package dev.tandem.amqp;

import dev.tandem.amqp.access.AccessChanges;
import dev.tandem.amqp.access.AccessControl;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.admin.BrokerAccessAdmin;
import dev.tandem.amqp.admin.BrokerAdmin;
import dev.tandem.amqp.channel.ChannelContext;
import dev.tandem.amqp.channel.ChannelFactory;
import dev.tandem.amqp.connection.Authenticator;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.connection.VhostPort;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.delivery.QueueFactory;
import dev.tandem.amqp.vhost.ServerNames;
import dev.tandem.amqp.vhost.VirtualHosts;
import dev.tandem.net.Listener;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.record.RecordUnpacker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens for AMQP 0-9-1 clients. */
public final class AmqpServer {
    /** How long clients and virtual hosts get to finish when the server stops. */
    private static final int STOP_SECONDS = 5;

    private static final long MEMORY_CHECK_MILLIS = 1000;

    private final Vertx vertx;
    private final AmqpConfig config;
    private final List<String> hosts;
    private final int eventLoops;
    private final ConnectionRegistry connections;
    private final Authenticator authenticator;
    private final VhostPort vhosts;
    private final @Nullable VirtualHosts owned;
    private final @Nullable InitialDefinitions initialDefinitions;
    private final @Nullable AmqpAdmin admin;
    private volatile @Nullable Listener listener;
    private volatile long memoryTimer;

    /**
     * Makes a server over an engine, not started.
     *
     * @param unpacker opens what Kafka clients wrote, for queues that read a topic
     * @param hosts local addresses to listen on
     * @param eventLoops how many event loops to spread connections over
     */
    public AmqpServer(
            Vertx vertx,
            StorageEngine storage,
            RecordUnpacker unpacker,
            AmqpConfig config,
            List<String> hosts,
            int eventLoops) {
        var clock = Clock.systemUTC();
        var counters = new MessageCounters();
        var queues = new QueueFactory(storage, unpacker, counters, clock);
        this.vertx = vertx;
        this.config = config;
        this.hosts = List.copyOf(hosts);
        this.eventLoops = eventLoops;
        this.connections = new ConnectionRegistry(config, clock);
        connections.watch(storage);
        var access = new AccessControl(storage.catalog(), Set.copyOf(config.loopbackUsers()));
        var accessChanges = new AccessChanges(storage, access, new SecureRandom());
        this.authenticator = access;
        this.owned = new VirtualHosts(storage, ((VertxInternal) vertx).nettyEventLoopGroup(), queues, counters);
        this.vhosts = new ChannelFactory(
                owned,
                ChannelContext.of(storage, access, counters, new ServerNames(), clock, config.consumerTimeout()));
        this.initialDefinitions = new InitialDefinitions(config, owned, accessChanges, storage.catalog());
        this.admin = new BrokerAdmin(
                owned, connections, counters, new BrokerAccessAdmin(owned, access, accessChanges, storage.catalog()));
    }

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
        this.owned = null;
        this.initialDefinitions = null;
        this.admin = null;
    }

    /** Brings back what is durable, then binds the port; fails with {@link dev.tandem.net.ListenException}. */
    public Future<Void> start() {
        return open().compose(done -> Listener.bind(
                        vertx,
                        "amqp",
                        hosts,
                        config.port(),
                        eventLoops,
                        socket -> connections.accept(socket, authenticator, vhosts)))
                .onSuccess(bound -> {
                    listener = bound;
                    memoryTimer = vertx.setPeriodic(
                            MEMORY_CHECK_MILLIS,
                            timer -> connections.memoryWatch().check());
                })
                .mapEmpty();
    }

    private Future<Void> open() {
        if (owned == null || initialDefinitions == null) {
            return Future.succeededFuture();
        }
        return Future.fromCompletionStage(owned.open())
                .compose(done -> Future.fromCompletionStage(initialDefinitions.define()));
    }

    /** What the console sees. */
    public AmqpAdmin admin() {
        return Objects.requireNonNull(admin, "a server over other virtual hosts has no admin side");
    }

    /** The bound port. */
    public int port() {
        Listener bound = listener;
        if (bound == null) {
            throw new IllegalStateException("the AMQP server is not started");
        }
        return bound.port();
    }

    /**
     * Tells clients {@code 320 CONNECTION_FORCED}, gives them time to confirm, closes the port, then marks what was
     * delivered.
     */
    public Future<Void> stop() {
        Listener bound = listener;
        if (bound == null) {
            return Future.succeededFuture();
        }
        vertx.cancelTimer(memoryTimer);
        var gone = connections
                .closeAll("broker forced connection closure with reason 'shutdown'")
                .orTimeout(STOP_SECONDS, TimeUnit.SECONDS);
        return Future.fromCompletionStage(gone)
                .otherwiseEmpty()
                .compose(done -> bound.close())
                .compose(done -> owned == null ? Future.succeededFuture() : Future.fromCompletionStage(owned.close()));
    }
}
