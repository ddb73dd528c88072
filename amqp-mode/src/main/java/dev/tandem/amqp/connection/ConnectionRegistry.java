package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.alarm.StorageAlarm;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Accepts connections and knows those that are open. Safe for use from any thread. */
public final class ConnectionRegistry implements ConnectionList {
    private final AmqpConfig config;
    private final Clock clock;
    private final Set<AmqpConnection> open = ConcurrentHashMap.newKeySet();
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder channelsOpened = new LongAdder();
    private final LongAdder channelsClosed = new LongAdder();
    private volatile Supplier<Optional<StorageAlarm>> alarm = Optional::empty;
    private volatile boolean stopping;

    public ConnectionRegistry(AmqpConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Blocks connections that publish while the engine raises an alarm. */
    public void watch(StorageEngine storage) {
        alarm = storage::alarm;
        storage.onAlarm(storage.readers(), changed -> open.forEach(AmqpConnection::alarmChanged));
    }

    /** The alarm that stands. */
    Optional<StorageAlarm> alarm() {
        return alarm.get();
    }

    /** Makes an accepted socket a connection; on the socket's event loop. */
    public void accept(NetSocket socket, Authenticator authenticator, VhostPort vhosts) {
        ChannelHandlerContext vertxContext = ((NetSocketInternal) socket).channelHandlerContext();
        if (stopping) {
            vertxContext.close();
            return;
        }
        var transport = new Transport(vertxContext, AmqpConnection.INITIAL_FRAME_MAX);
        var connection = new AmqpConnection(config, authenticator, vhosts, this, transport, clock.instant());
        open.add(connection);
        connectionsOpened.increment();
        connection.start();
        vertxContext.pipeline().addBefore(vertxContext.name(), "amqp", new ConnectionHandler(transport, connection));
    }

    @Override
    public List<AmqpAdmin.ConnectionView> connections() {
        return open.stream()
                .map(AmqpConnection::view)
                .sorted(Comparator.comparing(AmqpAdmin.ConnectionView::connectedAt)
                        .thenComparing(AmqpAdmin.ConnectionView::name))
                .toList();
    }

    @Override
    public CompletableFuture<Boolean> close(String name, String reason) {
        var found = open.stream()
                .filter(connection -> connection.name().equals(name))
                .findFirst();
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        var closed = new CompletableFuture<Boolean>();
        found.get().eventLoop().execute(() -> {
            found.get().closeConnection(new AmqpException(ReplyCode.CONNECTION_FORCED, reason));
            closed.complete(true);
        });
        return closed;
    }

    /** Tells every client to go and completes when all are gone; new ones are turned away. */
    public CompletableFuture<Void> closeAll(String reason) {
        stopping = true;
        var ended = open.stream()
                .map(connection -> {
                    connection
                            .eventLoop()
                            .execute(() ->
                                    connection.closeConnection(new AmqpException(ReplyCode.CONNECTION_FORCED, reason)));
                    return connection.ended();
                })
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(ended);
    }

    @Override
    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    @Override
    public long connectionsClosed() {
        return connectionsClosed.sum();
    }

    @Override
    public long channelsOpened() {
        return channelsOpened.sum();
    }

    @Override
    public long channelsClosed() {
        return channelsClosed.sum();
    }

    int size() {
        return open.size();
    }

    void remove(AmqpConnection connection) {
        if (open.remove(connection)) {
            connectionsClosed.increment();
        }
    }

    void channelOpened() {
        channelsOpened.increment();
    }

    void channelClosed() {
        channelsClosed.increment();
    }
}
