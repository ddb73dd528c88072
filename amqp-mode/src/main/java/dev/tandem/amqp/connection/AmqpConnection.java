package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FrameDecoder;
import dev.tandem.amqp.wire.FrameFault;
import dev.tandem.amqp.wire.FrameSink;
import dev.tandem.amqp.wire.FrameType;
import dev.tandem.amqp.wire.ProtocolHeader;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.amqp.wire.WireException;
import dev.tandem.net.ForeignProtocol;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: walks through {@link ConnectionState}, answers the methods of channel 0 and gives the rest to its
 * {@link Channels}.
 */
final class AmqpConnection implements ConnectionPort, FrameSink {
    private static final Logger LOGGER = LoggerFactory.getLogger(AmqpConnection.class);
    /** Before tuning; as in RabbitMQ since 4.1, so that large client properties and tokens fit. */
    static final int INITIAL_FRAME_MAX = 8192;

    private static final Login NOBODY = new Login(new User("", List.of()), FieldTable.EMPTY, ClientCapabilities.NONE);

    private final AmqpConfig config;
    private final ConnectionRegistry registry;
    private final Transport transport;
    private final Handshake handshake;
    private final Channels channels;
    private final FrameDecoder decoder = new FrameDecoder(this, INITIAL_FRAME_MAX);
    private final Heartbeat heartbeat;
    private final AlarmBlock alarmBlock;
    private final String name;
    private final Instant connectedAt;
    private final Departure departure;

    private volatile ConnectionState state = new ConnectionState.AwaitingHeader();
    private volatile Login login = NOBODY;
    private volatile String vhost = "";
    private volatile int frameMax = INITIAL_FRAME_MAX;
    private volatile int channelCount;

    AmqpConnection(
            AmqpConfig config,
            Authenticator authenticator,
            VhostPort vhosts,
            ConnectionRegistry registry,
            Transport transport,
            Instant connectedAt) {
        this.config = config;
        this.registry = registry;
        this.transport = transport;
        this.connectedAt = connectedAt;
        var peer = (InetSocketAddress) transport.channel().remoteAddress();
        var local = (InetSocketAddress) transport.channel().localAddress();
        this.name = show(peer) + " -> " + show(local);
        this.handshake = new Handshake(config, authenticator, vhosts, peer.getAddress());
        this.channels = new Channels(this, transport, vhosts, registry, config.maxMessageSizeBytes());
        this.heartbeat = new Heartbeat(transport, this::onSilence);
        this.departure = new Departure(this, transport, vhosts, channels, heartbeat);
        this.alarmBlock = new AlarmBlock(this, transport, registry.alarms());
    }

    /** Gives the client its time for the handshake. */
    void start() {
        departure.expectEntryWithin(config.handshakeTimeout());
    }

    /** Takes what it understands from the buffer and leaves what is incomplete. */
    void onBytes(ByteBuf in) {
        if (state instanceof ConnectionState.AwaitingHeader) {
            if (in.readableBytes() < ProtocolHeader.SIZE) {
                return;
            }
            onProtocolHeader(in);
        }
        if (state.isOver()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            decoder.decode(in);
        } catch (WireException e) {
            fail(asAmqpException(e));
            if (state instanceof ConnectionState.Closing) {
                become(new ConnectionState.Draining());
            }
        }
        if (state.isOver()) {
            in.skipBytes(in.readableBytes());
        }
    }

    void onReadComplete() {
        channels.onReadComplete();
    }

    void onWritabilityChanged() {
        channels.onWritabilityChanged(transport.isWritable());
    }

    /** The socket is gone, by whosever hand. */
    void onSocketClosed() {
        if (state instanceof ConnectionState.Running) {
            LOGGER.info("{} closed by the client without connection.close", name);
        }
        become(new ConnectionState.Closed());
        departure.onSocketClosed(() -> registry.remove(this));
        alarmBlock.end();
    }

    /** Completes when the socket and all that belonged to the connection are gone; any thread. */
    CompletableFuture<Void> ended() {
        return departure.ended();
    }

    /** Any thread. */
    AmqpAdmin.ConnectionView view() {
        Login who = login;
        boolean flow = transport.isReadingPaused();
        return new AmqpAdmin.ConnectionView(
                name,
                who.user().name(),
                vhost,
                who.client(),
                who.userProvidedName(),
                channelCount,
                connectedAt,
                transport.bytesIn(),
                transport.bytesOut(),
                alarmBlock.isBlocked() ? "blocked" : flow ? "flow" : isHeldBack() ? "blocking" : state.label());
    }

    /** Whether it would be blocked if it published. */
    private boolean isHeldBack() {
        return isRunning() && registry.alarms().stand();
    }

    void setChannelCount(int count) {
        channelCount = count;
    }

    @Override
    public void onMethodFrame(int channel, ByteBuf payload, int length) {
        try {
            if (channel == 0) {
                onConnectionMethod(MethodCodec.read(payload, length));
            } else if (state instanceof ConnectionState.Running) {
                channels.onMethodFrame(channel, payload, length);
            } else {
                refuse(FrameFault.unexpected(FrameType.METHOD, payload, length));
            }
        } catch (RuntimeException e) {
            onFailure(e);
        }
    }

    @Override
    public void onHeaderFrame(int channel, ByteBuf payload, int length) {
        try {
            if (channel != 0 && state instanceof ConnectionState.Running) {
                channels.onHeaderFrame(channel, payload, length);
            } else {
                refuse(FrameFault.unexpected(FrameType.HEADER, payload, length));
            }
        } catch (RuntimeException e) {
            onFailure(e);
        }
    }

    @Override
    public boolean takesBodies(int channel) {
        return channel != 0 && state instanceof ConnectionState.Running;
    }

    @Override
    public void onBodyFrame(int channel, int length) {
        try {
            channels.onBodyFrame(channel, length);
        } catch (RuntimeException e) {
            onFailure(e);
        }
    }

    @Override
    public void onBodyBytes(int channel, ByteBuf bytes, int length) {
        channels.onBodyBytes(bytes, length);
    }

    @Override
    public void onBodyFrameEnd(int channel) {
        channels.onBodyFrameEnd();
    }

    @Override
    public void onStrayBodyFrame(int channel, ByteBuf payload, int length) {
        refuse(FrameFault.unexpected(FrameType.BODY, payload, length));
    }

    @Override
    public void onHeartbeat(int channel, ByteBuf payload) {
        if (channel != 0) {
            refuse(FrameFault.unexpected(FrameType.HEARTBEAT, payload, 0));
        }
    }

    @Override
    public void onUnknownFrame(int type, int channel, ByteBuf payload, int length) {
        boolean isAwaited = channel == 0 || state instanceof ConnectionState.Running;
        refuse(isAwaited ? FrameFault.unknown(type, payload, length) : FrameFault.unexpected(type, payload, length));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public User user() {
        return login.user();
    }

    @Override
    public String vhost() {
        return vhost;
    }

    @Override
    public EventLoop eventLoop() {
        return transport.eventLoop();
    }

    @Override
    public int frameMax() {
        return frameMax;
    }

    @Override
    public ClientCapabilities clientCapabilities() {
        return login.capabilities();
    }

    @Override
    public void send(int channel, Method method) {
        if (channels.isOpen(channel)) {
            transport.write().method(channel, method);
        }
    }

    @Override
    public void sendContent(int channel, Method method, Slice properties, Slice body) {
        if (channels.isOpen(channel)) {
            transport.write().content(channel, method, properties, body);
        }
    }

    @Override
    public void sendDelivery(
            int channel,
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            Slice body) {
        if (channels.isOpen(channel)) {
            transport
                    .write()
                    .delivery(channel, consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, body);
        }
    }

    @Override
    public boolean isWritable() {
        return transport.isWritable();
    }

    @Override
    public void closeChannel(int channel, AmqpException error) {
        if (error.code().isHard()) {
            closeConnection(error);
        } else {
            channels.close(channel, error);
        }
    }

    @Override
    public void closeConnection(AmqpException error) {
        fail(error);
    }

    @Override
    public boolean isBlocked() {
        return alarmBlock.isBlocked();
    }

    @Override
    public void whenUnblocked(Runnable action) {
        alarmBlock.whenUnblocked(action);
    }

    /** The connection publishes: a header or a body arrives. */
    void onPublish() {
        alarmBlock.onPublish();
    }

    /** An alarm was raised, changed or cleared; any thread. */
    void alarmChanged() {
        eventLoop().execute(alarmBlock::update);
    }

    boolean isRunning() {
        return state instanceof ConnectionState.Running;
    }

    @Override
    public void pauseReading(Object reason) {
        if (state instanceof ConnectionState.Running) {
            transport.pauseReading(reason);
        }
    }

    @Override
    public void resumeReading(Object reason) {
        transport.resumeReading(reason);
    }

    /** What a client that sent malformed bytes is told. */
    static AmqpException asAmqpException(WireException e) {
        var code =
                switch (e.kind()) {
                    case FRAME_ERROR -> ReplyCode.FRAME_ERROR;
                    case SYNTAX_ERROR -> ReplyCode.SYNTAX_ERROR;
                    case UNEXPECTED_FRAME -> ReplyCode.UNEXPECTED_FRAME;
                    case RESOURCE_ERROR -> ReplyCode.RESOURCE_ERROR;
                    case NOT_IMPLEMENTED -> ReplyCode.NOT_IMPLEMENTED;
                };
        return new AmqpException(code, e.explanation(), e.classId(), e.methodId());
    }

    private void onProtocolHeader(ByteBuf in) {
        var foreign = ForeignProtocol.detect(in, ForeignProtocol.Expected.AMQP);
        if (ProtocolHeader.read(in)) {
            become(new ConnectionState.Starting());
            transport.write().method(0, handshake.start());
            return;
        }
        int port = ((InetSocketAddress) transport.channel().localAddress()).getPort();
        LOGGER.warn(
                "{}: {}",
                name,
                foreign.map(protocol -> protocol.sentence("AMQP port " + port))
                        .orElse("the client does not speak AMQP 0-9-1, which is all that is spoken here"));
        transport.write().protocolHeader();
        drain();
        transport.shutdownOutput();
    }

    private void onConnectionMethod(Method method) {
        ConnectionState now = state;
        if (now instanceof ConnectionState.Closing) {
            onMethodWhileClosing(method);
        } else if (method instanceof ConnectionMethod.Close close && !now.isOver()) {
            onClose(close);
        } else if (now instanceof ConnectionState.Starting && method instanceof ConnectionMethod.StartOk answer) {
            onStartOk(answer);
        } else if (now instanceof ConnectionState.Tuning tuning && method instanceof ConnectionMethod.TuneOk answer) {
            onTuneOk(tuning, answer);
        } else if (now instanceof ConnectionState.Opening && method instanceof ConnectionMethod.Open open) {
            onOpen(open);
        } else if (now instanceof ConnectionState.Running && method instanceof ConnectionMethod.UpdateSecret update) {
            onUpdateSecret(update);
        } else if (!now.isOver()) {
            throw new AmqpException(
                    ReplyCode.CHANNEL_ERROR, "unexpected method in connection state " + now.label(), method);
        }
    }

    private void onStartOk(ConnectionMethod.StartOk answer) {
        var accepted = handshake.login(answer);
        if (accepted.isPresent()) {
            login = accepted.get();
            become(new ConnectionState.Tuning(accepted.get()));
            transport.write().method(0, handshake.tune());
        } else if (Handshake.hearsRefusal(answer)) {
            fail(Handshake.refusal(answer));
        } else {
            // Old clients take a socket that drops at this point, after a while, for a refused login.
            drain();
        }
    }

    private void onTuneOk(ConnectionState.Tuning tuning, ConnectionMethod.TuneOk answer) {
        Limits limits = handshake.limits(answer);
        become(new ConnectionState.Opening(tuning.login(), limits));
        frameMax = limits.frameMax();
        decoder.setFrameMax(limits.frameMax());
        transport.setFrameMax(limits.frameMax());
        channels.setChannelMax(limits.channelMax());
        heartbeat.start(limits.heartbeatSeconds());
    }

    private void onOpen(ConnectionMethod.Open open) {
        handshake.enter(this, open, registry.size());
        vhost = open.virtualHost();
        become(new ConnectionState.Running());
        departure.entered();
        transport.write().method(0, new ConnectionMethod.OpenOk());
        LOGGER.debug("{} opened vhost '{}' as user '{}'", name, vhost, user().name());
    }

    /** Nothing to do: the secrets of RabbitMQ's own users, as ours, are looked at when a connection opens, and never again. */
    private void onUpdateSecret(ConnectionMethod.UpdateSecret update) {
        LOGGER.debug("{} has a new secret: {}", name, AmqpException.printable(update.reason()));
        transport.write().method(0, new ConnectionMethod.UpdateSecretOk());
    }

    private void onClose(ConnectionMethod.Close close) {
        LOGGER.debug(
                "{} closed by the client: {} {}", name, close.replyCode(), AmqpException.printable(close.replyText()));
        become(new ConnectionState.Ending());
        departure.leave().whenComplete((done, failure) -> transport.eventLoop().execute(this::confirmClose));
    }

    private void confirmClose() {
        if (state instanceof ConnectionState.Ending) {
            transport.write().method(0, new ConnectionMethod.CloseOk());
            transport.closeAfterFlush();
        }
    }

    private void onMethodWhileClosing(Method method) {
        if (method instanceof ConnectionMethod.CloseOk) {
            transport.closeAfterFlush();
        } else if (method instanceof ConnectionMethod.Close) {
            transport.write().method(0, new ConnectionMethod.CloseOk());
        }
    }

    /** Closes the connection with an error and goes on reading until the client has heard it. */
    private void fail(AmqpException error) {
        if (state.isOver() || state instanceof ConnectionState.Closing) {
            return;
        }
        LOGGER.info("{} closed: {}", name, error.textForLog());
        if (state instanceof ConnectionState.AwaitingHeader) {
            transport.close(); // It may not even speak AMQP.
            return;
        }
        become(new ConnectionState.Closing());
        transport
                .write()
                .method(
                        0,
                        new ConnectionMethod.Close(
                                error.code().code(), error.text(), error.classId(), error.methodId()));
        departure.leave();
        departure.linger();
    }

    private void drain() {
        become(new ConnectionState.Draining());
        departure.linger();
    }

    private void onSilence() {
        LOGGER.warn("{} closed: missed heartbeats from client", name);
        transport.close();
    }

    private void onFailure(RuntimeException failure) {
        if (failure instanceof AmqpException e) {
            fail(e);
        } else if (failure instanceof WireException e) {
            fail(asAmqpException(e));
        } else {
            LOGGER.error("{}: a frame could not be handled", name, failure);
            fail(new AmqpException(ReplyCode.INTERNAL_ERROR, "a frame could not be handled, see the broker logfile"));
        }
    }

    /** A frame that has no place here ends the connection; one that is closing drops it. */
    private void refuse(WireException fault) {
        fail(asAmqpException(fault));
    }

    private void become(ConnectionState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(name + " cannot go from " + state.label() + " to " + next.label());
        }
        state = next;
    }

    private static String show(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
