package dev.tandem.amqp.delivery;

import dev.tandem.storage.record.MessageView;
import io.netty.util.concurrent.EventExecutor;

/** Where a consumer's deliveries go: its channel. */
public interface ConsumerSink {

    /** The channel's event loop; any thread. */
    EventExecutor loop();

    /** False while the connection's output is full; any thread. */
    boolean isWritable();

    /** What the channel's consumers share; any thread. */
    ChannelCredit credit();

    /** A message for a consumer; on the channel's event loop. */
    void deliver(Consumer consumer, MessageView message, boolean redelivered);

    /** The consumer's queue is gone; on the channel's event loop. */
    void cancelled(Consumer consumer);
}
