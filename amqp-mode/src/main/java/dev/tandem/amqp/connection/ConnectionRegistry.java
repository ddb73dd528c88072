package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.wire.ContentMemory;
import dev.tandem.storage.StorageEngine;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections and knows those that are open. Safe for use from any thread. */
public final class ConnectionRegistry implements ConnectionList {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionRegistry.class);
    /** Connections past the limit that are let in to be told of it. */
    private static final int MAX_TOLD = 100;
    /** The part of the heap that bodies may take which arrive in several frames. */
    private static final int CONTENT_SHARE = 4;

    private final AmqpConfig config;
    private final Clock clock;
    private final Set<AmqpConnection> open = ConcurrentHashMap.newKeySet();
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder channelsOpened = new LongAdder();
    private final LongAdder channelsClosed = new LongAdder();
    private final ResourceAlarms alarms = new ResourceAlarms();
    private final MemoryWatch memoryWatch = MemoryWatch.ofHeap(this::lowOnMemory);
    private final ContentMemory contentMemory =
            new ContentMemory(Runtime.getRuntime().maxMemory() / CONTENT_SHARE);
    private final AtomicBoolean turnsAway = new AtomicBoolean();
    private volatile boolean stopping;

    public ConnectionRegistry(AmqpConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Blocks connections that publish while the engine raises an alarm. */
    public void watch(StorageEngine storage) {
        alarms.watchDisk(storage::alarm);
        storage.onAlarm(storage.readers(), changed -> open.forEach(AmqpConnection::alarmChanged));
    }

    /** What raises the memory alarm when it is asked to check. */
    public MemoryWatch memoryWatch() {
        return memoryWatch;
    }

    /** Raises or clears the memory alarm. */
    public void lowOnMemory(boolean isLow) {
        alarms.lowOnMemory(isLow);
        open.forEach(AmqpConnection::alarmChanged);
    }

    ResourceAlarms alarms() {
        return alarms;
    }

    /** Memory for messages that are arriving. */
    ContentMemory contentMemory() {
        return contentMemory;
    }

    /** Makes an accepted socket a connection; on the socket's event loop. */
    public void accept(NetSocket socket, Authenticator authenticator, VhostPort vhosts) {
        ChannelHandlerContext vertxContext = ((NetSocketInternal) socket).channelHandlerContext();
        if (stopping || isFull(socket)) {
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

    /** A client past the limit is told so, but not any number of clients that never say who they are. */
    private boolean isFull(NetSocket socket) {
        if (open.size() < config.maxConnections() + MAX_TOLD) {
            turnsAway.set(false);
            return false;
        }
        if (turnsAway.compareAndSet(false, true)) {
            LOGGER.warn(
                    "{} and further connections are turned away: {} are open, amqp.max-connections is {}",
                    socket.remoteAddress(),
                    open.size(),
                    config.maxConnections());
        }
        return true;
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

    int maxChannels() {
        return config.maxChannels();
    }

    boolean mayOpenChannel() {
        return channelsOpened.sum() - channelsClosed.sum() < config.maxChannels();
    }

    void channelOpened() {
        channelsOpened.increment();
    }

    void channelClosed() {
        channelsClosed.increment();
    }
}
