package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.directreply.DirectReply;
import dev.tandem.amqp.directreply.ReplyAddress;
import dev.tandem.amqp.directreply.ReplyReceiver;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.wire.ShortString;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A channel's consumer of direct replies, of which it has one at most. What arrives while the connection's output is
 * full waits, up to a limit; delivery is at most once anyhow.
 */
final class ReplyConsumer implements ReplyReceiver {
    private static final long MAX_WAITING_BYTES = 16 << 20;

    private final Channel channel;
    private final DirectReplies replies;
    private final Queue<DirectReply> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private ShortString tag = ShortString.EMPTY;
    private @Nullable ReplyAddress address;

    ReplyConsumer(Channel channel, DirectReplies replies) {
        this.channel = channel;
        this.replies = replies;
    }

    /** What stands for this channel in requests; null when it does not wait for replies. */
    @Nullable
    String address() {
        return address == null ? null : address.name();
    }

    boolean hasTag(String consumerTag) {
        return address != null && tag.toString().equals(consumerTag);
    }

    /** Consumes from the pseudo-queue. */
    void consume(BasicMethod.Consume consume, String consumerTag) {
        if (!consume.noAck()) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer cannot acknowledge", consume);
        }
        if (address != null) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer already set", consume);
        }
        tag = ShortString.of(consumerTag);
        address = replies.open(this);
        channel.publisher().replyAddressChanged();
        channel.reply(consume.nowait(), new BasicMethod.ConsumeOk(consumerTag));
    }

    void cancel() {
        if (address != null) {
            replies.close(address);
            address = null;
            waiting.clear();
            waitingBytes = 0;
            channel.publisher().replyAddressChanged();
        }
    }

    @Override
    public EventExecutor loop() {
        return channel.connection().eventLoop();
    }

    @Override
    public void onReply(DirectReply reply) {
        if (address == null) {
            return;
        }
        if (waiting.isEmpty() && channel.connection().isWritable()) {
            deliver(reply);
        } else if (waitingBytes < MAX_WAITING_BYTES) {
            waiting.add(reply);
            waitingBytes += reply.sizeInBytes();
        } else {
            channel.counters().dropped("a channel did not read its direct replies");
        }
    }

    /** The output has drained. */
    void writable() {
        while (!waiting.isEmpty() && channel.connection().isWritable()) {
            DirectReply reply = waiting.remove();
            waitingBytes -= reply.sizeInBytes();
            deliver(reply);
        }
    }

    private void deliver(DirectReply reply) {
        channel.counters().deliveredAutoAck().increment();
        channel.connection()
                .sendDelivery(
                        channel.number(),
                        tag,
                        channel.deliveries().nextTag(),
                        false,
                        reply.exchange(),
                        reply.routingKey(),
                        reply.properties(),
                        reply.body());
    }
}
