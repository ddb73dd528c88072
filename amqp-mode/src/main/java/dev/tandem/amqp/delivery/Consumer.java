package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.ConsumerArguments;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.MessageView;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A consumer of a queue, or one {@code basic.get}, which is a consumer of one message that no queue knows of.
 *
 * <p>Shared by the queue's owner, which counts what it may still send, and the channel, which gathers what the client
 * settles; each field says whose it is.
 */
public final class Consumer {
    /** Bytes on their way from the queue's owner to a channel on another event loop. */
    private static final int MAX_TRANSIT_BYTES = 512 << 10;

    private final MessageQueue queue;
    private final ConsumerSink sink;
    private final ShortString tag;
    private final boolean noAck;
    private final boolean exclusive;
    private final int prefetchCount;
    private final boolean isGet;
    private final FieldTable arguments;
    private final long priority;
    private final AtomicInteger transitBytes = new AtomicInteger();

    // The queue owner's.
    private int unacked;
    private List<MessageView> batch = new ArrayList<>();
    private BitSet batchRedelivered = new BitSet();
    private int batchBytes;

    // The channel's.
    private long timeoutMillis;
    private LongArray acknowledged = new LongArray();
    private LongArray returned = new LongArray();
    private LongArray rejected = new LongArray();
    private int released;

    private Consumer(
            MessageQueue queue,
            ConsumerSink sink,
            ShortString tag,
            boolean noAck,
            boolean exclusive,
            int prefetchCount,
            boolean isGet,
            FieldTable arguments) {
        this.queue = queue;
        this.sink = sink;
        this.tag = tag;
        this.noAck = noAck;
        this.exclusive = exclusive;
        this.prefetchCount = prefetchCount;
        this.isGet = isGet;
        this.arguments = arguments;
        this.priority = ConsumerArguments.priority(arguments);
    }

    /**
     * A consumer.
     *
     * @param noAck deliveries count as acknowledged when they are sent; prefetch does not limit them
     * @param prefetchCount most unacknowledged deliveries, 0 for no limit
     */
    public static Consumer of(
            MessageQueue queue,
            ConsumerSink sink,
            ShortString tag,
            boolean noAck,
            boolean exclusive,
            int prefetchCount,
            FieldTable arguments) {
        return new Consumer(queue, sink, tag, noAck, exclusive, prefetchCount, false, arguments);
    }

    /** The taker of a {@code basic.get}. */
    public static Consumer forGet(MessageQueue queue, ConsumerSink sink, boolean noAck) {
        return new Consumer(queue, sink, ShortString.EMPTY, noAck, false, 0, true, FieldTable.EMPTY);
    }

    public MessageQueue queue() {
        return queue;
    }

    public ShortString tag() {
        return tag;
    }

    public boolean isNoAck() {
        return noAck;
    }

    public boolean isExclusive() {
        return exclusive;
    }

    public FieldTable arguments() {
        return arguments;
    }

    /** Whether a prefetch limit counts its deliveries: {@code basic.get} is not limited. */
    public boolean countsAgainstCredit() {
        return !noAck && !isGet;
    }

    ConsumerSink sink() {
        return sink;
    }

    /** Consumers of higher priority are served first. */
    long priority() {
        return priority;
    }

    // ---- the queue owner's side

    /** Whether it has deliveries that are not settled. */
    boolean hasUnacked() {
        return unacked > 0;
    }

    /** Whether it may be sent a message now. */
    boolean isEager() {
        return sink.isWritable()
                && transitBytes.get() < MAX_TRANSIT_BYTES
                && (noAck
                        || ((prefetchCount == 0 || unacked < prefetchCount)
                                && sink.credit().hasRoom()));
    }

    /** How many messages it may be sent now. */
    long credit() {
        if (!isEager()) {
            return 0;
        }
        if (noAck) {
            return Long.MAX_VALUE;
        }
        long own = prefetchCount == 0 ? Long.MAX_VALUE : prefetchCount - unacked;
        return Math.min(own, sink.credit().room());
    }

    /** Takes the credit for one delivery; false when the channel has none left. */
    boolean takeCredit() {
        if (noAck) {
            return true;
        }
        if (!isGet && !sink.credit().tryTake()) {
            return false;
        }
        unacked++;
        return true;
    }

    /** Deliveries were settled. */
    void settled(int count) {
        unacked -= count;
    }

    /** Sends a message: at once on the channel's own event loop, else with the batch of this turn. */
    void send(MessageView message, boolean redelivered) {
        if (sink.loop() == queue.owner()) {
            sink.deliver(this, message, redelivered);
            return;
        }
        if (redelivered) {
            batchRedelivered.set(batch.size());
        }
        batch.add(message);
        int bytes = message.body().length() + message.properties().length() + 64;
        batchBytes += bytes;
        transitBytes.addAndGet(bytes);
    }

    /** Sends the batch of this turn. */
    void flush() {
        if (batch.isEmpty()) {
            return;
        }
        List<MessageView> messages = batch;
        BitSet redelivered = batchRedelivered;
        int bytes = batchBytes;
        batch = new ArrayList<>();
        batchRedelivered = new BitSet();
        batchBytes = 0;
        sink.loop().execute(() -> arrive(messages, redelivered, bytes));
    }

    // ---- the channel's side

    /** How long a delivery may stay unacknowledged; 0 for ever. */
    public long timeoutMillis() {
        return timeoutMillis;
    }

    public void limitTimeTo(long millis) {
        timeoutMillis = millis;
    }

    private void arrive(List<MessageView> messages, BitSet redelivered, int bytes) {
        for (int i = 0; i < messages.size(); i++) {
            sink.deliver(this, messages.get(i), redelivered.get(i));
        }
        int before = transitBytes.getAndAdd(-bytes);
        if (before >= MAX_TRANSIT_BYTES) {
            queue.wake();
        }
    }

    /** The client is done with a delivery; true for the first one since {@link #settle}. */
    public boolean settled(long offset, Outcome outcome) {
        boolean first = acknowledged.isEmpty() && returned.isEmpty() && rejected.isEmpty();
        switch (outcome) {
            case ACKNOWLEDGED -> acknowledged.add(offset);
            case REQUEUED -> returned.add(offset);
            case REJECTED -> rejected.add(offset);
        }
        return first;
    }

    /** Gives back to the channel's limit what was settled since {@link #settle}, ahead of it. */
    public void releaseCredit() {
        int count = acknowledged.size() + returned.size() + rejected.size() - released;
        if (countsAgainstCredit() && count > 0) {
            released += count;
            sink.credit().release(count);
        }
    }

    /** Tells the queue what was settled. */
    public void settle() {
        LongArray acks = acknowledged;
        LongArray returns = returned;
        LongArray rejects = rejected;
        int count = acks.size() + returns.size() + rejects.size();
        if (count == 0) {
            return;
        }
        releaseCredit();
        released = 0;
        if (sink.loop() == queue.owner()) {
            queue.settle(this, acks, returns, rejects);
            acks.clear();
            returns.clear();
            rejects.clear();
            return;
        }
        acknowledged = new LongArray();
        returned = new LongArray();
        rejected = new LongArray();
        queue.owner().execute(() -> queue.settle(this, acks, returns, rejects));
    }

    /** Tells the queue what a transaction acknowledged, which is stored already. */
    public void settleStored(LongArray acks) {
        if (countsAgainstCredit()) {
            sink.credit().release(acks.size());
        }
        if (sink.loop() == queue.owner()) {
            queue.settleStored(this, acks);
        } else {
            queue.owner().execute(() -> queue.settleStored(this, acks));
        }
    }
}
