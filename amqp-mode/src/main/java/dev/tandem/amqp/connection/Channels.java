package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.method.PublishCache;
import dev.tandem.amqp.wire.ContentAssembly;
import dev.tandem.amqp.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of one connection (AMQP 0-9-1 §2.2.5): opens and closes them, hands over what arrives for them, and turns
 * their errors into {@code channel.close} or {@code connection.close}.
 */
final class Channels {
    private static final Logger LOGGER = LoggerFactory.getLogger(Channels.class);

    private final AmqpConnection connection;
    private final Transport transport;
    private final VhostPort vhosts;
    private final ConnectionRegistry registry;
    private final int maxMessageSizeBytes;
    private final IntObjectHashMap<OpenChannel> byNumber = new IntObjectHashMap<>();
    private final List<OpenChannel> touched = new ArrayList<>();
    private final PublishCache publishes = new PublishCache();
    /** Where the body frame that is arriving goes; null when it is dropped. */
    private @Nullable OpenChannel bodyChannel;

    private int channelMax;
    private int writabilityTurns;

    Channels(
            AmqpConnection connection,
            Transport transport,
            VhostPort vhosts,
            ConnectionRegistry registry,
            int maxMessageSizeBytes) {
        this.connection = connection;
        this.transport = transport;
        this.vhosts = vhosts;
        this.registry = registry;
        this.maxMessageSizeBytes = maxMessageSizeBytes;
    }

    void setChannelMax(int channelMax) {
        this.channelMax = channelMax;
    }

    /** True while frames may be sent on a channel. */
    boolean isOpen(int number) {
        OpenChannel channel = byNumber.get(number);
        return channel != null && !channel.closing;
    }

    void onMethodFrame(int number, ByteBuf payload, int length) {
        OpenChannel channel = byNumber.get(number);
        if (channel == null) {
            onMethodWithoutChannel(number, MethodCodec.read(payload, length));
        } else if (channel.closing) {
            onMethodWhileClosing(channel, MethodCodec.read(payload, length));
        } else if (channel.content.isExpected()) {
            fail(channel, AmqpConnection.asAmqpException(channel.content.methodInstead()), channel.publish);
        } else if (PublishCache.isPublish(payload, length)) {
            channel.publish = publishes.read(payload, length);
            channel.content.begin();
        } else {
            onMethod(channel, MethodCodec.read(payload, length));
        }
    }

    void onHeaderFrame(int number, ByteBuf payload, int length) {
        OpenChannel channel = byNumber.get(number);
        if (channel != null && channel.closing) {
            return;
        }
        if (channel == null) {
            throw ContentAssembly.noMethod();
        }
        Method method = channel.content.isExpected() ? channel.publish : null;
        connection.onPublish();
        try {
            long size = channel.content.onHeader(payload, length);
            if (size > maxMessageSizeBytes) {
                fail(
                        channel,
                        new AmqpException(
                                ReplyCode.PRECONDITION_FAILED,
                                "message size " + size + " is larger than configured max size " + maxMessageSizeBytes),
                        channel.publish);
            } else if (size == 0) {
                onContent(channel);
            }
        } catch (WireException e) {
            fail(channel, AmqpConnection.asAmqpException(e), method);
        }
    }

    void onBodyFrame(int number, int length) {
        bodyChannel = null;
        OpenChannel channel = byNumber.get(number);
        if (channel != null && channel.closing) {
            return;
        }
        if (channel == null) {
            throw ContentAssembly.noMethod();
        }
        Method method = channel.content.isExpected() ? channel.publish : null;
        connection.onPublish();
        try {
            channel.content.onBodyFrame(length);
            bodyChannel = channel;
        } catch (WireException e) {
            fail(channel, AmqpConnection.asAmqpException(e), method);
        }
    }

    void onBodyBytes(ByteBuf bytes, int length) {
        if (bodyChannel == null || bodyChannel.closing) {
            bytes.skipBytes(length);
        } else {
            bodyChannel.content.onBodyBytes(bytes, length);
        }
    }

    void onBodyFrameEnd() {
        OpenChannel channel = bodyChannel;
        bodyChannel = null;
        if (channel != null && !channel.closing && channel.content.onBodyFrameEnd()) {
            onContent(channel);
        }
    }

    void onReadComplete() {
        // A channel may close others, or the connection, while this runs.
        for (int i = 0; i < touched.size(); i++) {
            OpenChannel channel = touched.get(i);
            channel.touched = false;
            if (!channel.closing) {
                guard(channel, null, channel.port::onReadComplete);
            }
        }
        touched.clear();
    }

    /** Each time another channel is told first: it may fill the output anew. */
    void onWritabilityChanged(boolean writable) {
        Rotation.forEach(List.copyOf(byNumber.values()), writabilityTurns++, channel -> {
            if (!channel.closing) {
                guard(channel, null, () -> channel.port.onWritabilityChanged(writable));
            }
        });
    }

    /** Closes a channel with an error and waits for the peer to confirm. */
    void close(int number, AmqpException error) {
        OpenChannel channel = byNumber.get(number);
        if (channel == null || channel.closing) {
            return;
        }
        end(channel);
        LOGGER.info("{} channel {} closed: {}", connection.name(), number, error.textForLog());
        transport
                .write()
                .method(
                        number,
                        new ChannelMethod.Close(error.code().code(), error.text(), error.classId(), error.methodId()));
    }

    /** The connection is over: every channel is. */
    void closeAll() {
        List<OpenChannel> ending = List.copyOf(byNumber.values());
        byNumber.clear();
        bodyChannel = null;
        for (OpenChannel channel : ending) {
            if (!channel.closing) {
                end(channel);
            }
        }
    }

    private void onMethodWithoutChannel(int number, Method method) {
        if (method instanceof ChannelMethod.CloseOk) {
            return; // The answer to a close that crossed the client's own.
        }
        if (byNumber.size() >= channelMax) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED,
                    "number of channels opened (" + byNumber.size() + ") has reached the negotiated channel_max ("
                            + channelMax + ")");
        }
        if (!registry.mayOpenChannel()) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED,
                    "number of channels opened on node '" + ServerProperties.NODE
                            + "' has reached the maximum allowed limit of " + registry.maxChannels());
        }
        if (!(method instanceof ChannelMethod.Open)) {
            throw new AmqpException(ReplyCode.CHANNEL_ERROR, "expected 'channel.open'", method);
        }
        byNumber.put(number, new OpenChannel(number, vhosts.openChannel(connection, number), registry.contentMemory()));
        registry.channelOpened();
        connection.setChannelCount(byNumber.size());
        transport.write().method(number, new ChannelMethod.OpenOk());
    }

    private void onMethodWhileClosing(OpenChannel channel, Method method) {
        if (method instanceof ChannelMethod.Close) {
            transport.write().method(channel.number, new ChannelMethod.CloseOk());
            remove(channel);
        } else if (method instanceof ChannelMethod.CloseOk) {
            remove(channel);
        }
    }

    private void onMethod(OpenChannel channel, Method method) {
        if (method instanceof ChannelMethod.Open) {
            throw new AmqpException(ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", method);
        } else if (method instanceof ChannelMethod.Close) {
            end(channel);
            remove(channel);
            transport.write().method(channel.number, new ChannelMethod.CloseOk());
        } else if (method instanceof ConnectionMethod || method.hasContent()) {
            throw new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method", method);
        } else if (!(method instanceof ChannelMethod.CloseOk)) {
            touch(channel);
            guard(channel, method, () -> channel.port.onMethod(method));
        }
    }

    private void onContent(OpenChannel channel) {
        BasicMethod.Publish publish = channel.publish;
        if (publish == null) {
            throw new IllegalStateException("content without its method");
        }
        touch(channel);
        try {
            channel.port.onContent(publish, channel.content.properties(), channel.content.takeBody());
        } catch (AmqpException e) {
            fail(channel, e, publish);
        } catch (RuntimeException e) {
            fail(channel, internal(publish, e), publish);
        }
    }

    private void touch(OpenChannel channel) {
        if (!channel.touched) {
            channel.touched = true;
            touched.add(channel);
        }
    }

    private void guard(OpenChannel channel, @Nullable Method method, Runnable call) {
        try {
            call.run();
        } catch (AmqpException e) {
            fail(channel, e, method);
        } catch (RuntimeException e) {
            fail(channel, internal(method, e), method);
        }
    }

    /** Closes what the error's code says, naming the method at fault. */
    private void fail(OpenChannel channel, AmqpException error, @Nullable Method method) {
        AmqpException named = error.classId() == 0 && method != null
                ? new AmqpException(error.code(), error.explanation(), method)
                : error;
        if (named.code().isHard()) {
            connection.closeConnection(named);
        } else {
            close(channel.number, named);
        }
    }

    private AmqpException internal(@Nullable Method method, RuntimeException failure) {
        String what = method == null ? "batched work" : method.name();
        LOGGER.error("{}: {} failed", connection.name(), what, failure);
        return new AmqpException(ReplyCode.INTERNAL_ERROR, what + " failed, see the broker logfile");
    }

    private void end(OpenChannel channel) {
        channel.closing = true;
        channel.content.reset();
        registry.channelClosed();
        try {
            channel.port.onClosed();
        } catch (RuntimeException e) {
            LOGGER.error("{} channel {}: cleaning up failed", connection.name(), channel.number, e);
        }
    }

    private void remove(OpenChannel channel) {
        byNumber.remove(channel.number);
        connection.setChannelCount(byNumber.size());
    }
}
