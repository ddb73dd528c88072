package dev.tandem.amqp.directreply;

import io.netty.util.concurrent.EventExecutor;

/** The channel that asked. */
public interface ReplyReceiver {

    /** The channel's event loop; any thread. */
    EventExecutor loop();

    /** An answer; on the channel's event loop. */
    void onReply(DirectReply reply);
}
