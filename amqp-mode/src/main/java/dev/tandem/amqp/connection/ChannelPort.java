package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.record.Slice;

/**
 * What a connection calls on an open channel, always on the connection's event loop. Opening and closing are the
 * connection's business: {@code channel.open}, {@code channel.close} and their replies never arrive here.
 *
 * <p>An {@link AmqpException} thrown from {@link #onMethod} or {@link #onContent} closes the channel or the connection
 * with its code; the method at fault is filled in where the exception names none.
 */
public interface ChannelPort {

    /** A method without content. */
    void onMethod(Method method);

    /**
     * A publish with its content. Equal properties that follow each other arrive as the same object, and equal publishes
     * as the same record where that is cheap, so that what was computed from them may be kept.
     *
     * @param properties as received; {@link ContentProperties#bytes} are to be stored
     * @param body in an array of its own
     */
    void onContent(BasicMethod.Publish publish, ContentProperties properties, Slice body);

    /** All that one socket read brought has been handed over: batched work starts here. */
    void onReadComplete();

    /** The connection's output buffer has filled ({@code false}) or drained ({@code true}). */
    void onWritabilityChanged(boolean writable);

    /**
     * The channel is gone: closed by either side, or with its connection. Called once, before the peer hears {@code
     * close-ok}; nothing else is called afterwards.
     */
    void onClosed();
}
