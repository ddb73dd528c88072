package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import io.netty.channel.EventLoop;

/**
 * What a channel sees of its connection. Unless a method says otherwise, call it on {@link #eventLoop()}. What is sent on
 * a closed channel or connection is dropped silently.
 */
public interface ConnectionPort {

    /** {@code peer ip:port -> local ip:port}; any thread. */
    String name();

    /** Any thread. */
    User user();

    /** Any thread. */
    String vhost();

    /** The one thread of this connection and its channels, as an executor; any thread. */
    EventLoop eventLoop();

    /** Negotiated, never 0; any thread. */
    int frameMax();

    /** Any thread. */
    ClientCapabilities clientCapabilities();

    /** Sends a method without content; written at the end of the event loop's turn. */
    void send(int channel, Method method);

    /** Sends a method with its content: header frame, then body frames of at most the negotiated size. */
    void sendContent(int channel, Method method, Slice properties, Slice body);

    /** Sends {@code basic.deliver} with its content: copied into the output buffer, no objects made. */
    void sendDelivery(
            int channel,
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            Slice body);

    /** False while the output buffer is full: stop delivering until told. */
    boolean isWritable();

    /** Closes a channel with an error; {@link ChannelPort#onClosed} follows at once. */
    void closeChannel(int channel, AmqpException error);

    /** Closes the connection with an error; every channel's {@link ChannelPort#onClosed} follows at once. */
    void closeConnection(AmqpException error);

    /** True while the socket is not read because of an alarm: hold publishes until {@link #whenUnblocked}. */
    boolean isBlocked();

    /** Blocks a connection whose publish was refused, if an alarm stands; runs an action once none does. */
    void whenUnblocked(Runnable action);

    /** Stops reading the socket until every reason given has been resumed. */
    void pauseReading(Object reason);

    /** Takes a reason back; reading goes on when none is left. */
    void resumeReading(Object reason);
}
