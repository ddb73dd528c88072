package dev.tandem.amqp.directreply;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A name that stands for one channel until it cancels. Answers are delivered at most once; so many may wait for the
 * channel's event loop, and one that comes when these fill the memory given to them is dropped.
 */
public final class ReplyAddress {
    private static final long MAX_TRANSIT_BYTES = 64 << 20;

    private final String name;
    private final ReplyReceiver receiver;
    private final AtomicLong transitBytes = new AtomicLong();

    ReplyAddress(String name, ReplyReceiver receiver) {
        this.name = name;
        this.receiver = receiver;
    }

    /** What requests carry as {@code reply-to}, and answers as routing key. */
    public String name() {
        return name;
    }

    /** Sends an answer; false when it is dropped. Any thread. */
    public boolean deliver(DirectReply reply) {
        if (receiver.loop().inEventLoop()) {
            receiver.onReply(reply);
            return true;
        }
        int bytes = reply.sizeInBytes();
        if (transitBytes.addAndGet(bytes) > MAX_TRANSIT_BYTES) {
            transitBytes.addAndGet(-bytes);
            return false;
        }
        receiver.loop().execute(() -> {
            transitBytes.addAndGet(-bytes);
            receiver.onReply(reply);
        });
        return true;
    }
}
