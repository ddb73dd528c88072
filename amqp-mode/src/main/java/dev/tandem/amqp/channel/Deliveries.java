package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.Rotation;
import dev.tandem.amqp.delivery.ChannelCredit;
import dev.tandem.amqp.delivery.Consumer;
import dev.tandem.amqp.delivery.ConsumerSink;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.Outcome;
import dev.tandem.amqp.delivery.Unacked;
import dev.tandem.amqp.delivery.UnackedLedger;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.MessageView;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel's consumers and what was delivered to them: numbers deliveries, remembers the unacknowledged ones, and tells
 * the queues once a turn what the client settled.
 */
final class Deliveries implements ConsumerSink {
    private final Channel channel;
    private final ConnectionPort connection;
    private final EventExecutor loop;
    private final Map<String, Consumer> consumers = new LinkedHashMap<>();
    private final UnackedLedger ledger = new UnackedLedger();
    private final AcknowledgementTimer timer;
    private final List<Consumer> settled = new ArrayList<>();
    private long lastTag;
    private int turns;
    private volatile boolean writable = true;

    Deliveries(Channel channel) {
        this.channel = channel;
        this.connection = channel.connection();
        this.loop = connection.eventLoop();
        this.timer = new AcknowledgementTimer(channel, ledger);
    }

    // ---- consumers

    boolean hasConsumer(String tag) {
        return consumers.containsKey(tag);
    }

    void add(Consumer consumer) {
        consumers.put(consumer.tag().toString(), consumer);
    }

    /** The consumer that had a tag, or null. */
    @Nullable
    Consumer remove(String tag) {
        return consumers.remove(tag);
    }

    void writable(boolean isWritable) {
        writable = isWritable;
        if (isWritable) {
            wakeQueues();
        }
    }

    /**
     * Lets the queues of its consumers deliver again. Who is woken first may take all the room that there is, in the output
     * or in the limit of the channel, so each time another one is.
     */
    void wakeQueues() {
        Set<MessageQueue> queues = new LinkedHashSet<>();
        for (Consumer consumer : consumers.values()) {
            queues.add(consumer.queue());
        }
        Rotation.forEach(List.copyOf(queues), turns++, MessageQueue::wake);
    }

    // ---- deliveries

    @Override
    public EventExecutor loop() {
        return loop;
    }

    @Override
    public boolean isWritable() {
        return loop.inEventLoop() ? connection.isWritable() : writable;
    }

    @Override
    public ChannelCredit credit() {
        return channel.credit();
    }

    @Override
    public void deliver(Consumer consumer, MessageView message, boolean redelivered) {
        if (channel.isClosed()) {
            giveBackUndelivered(consumer, message);
            return;
        }
        long tag = ++lastTag;
        if (consumer.isNoAck()) {
            channel.counters().deliveredAutoAck().increment();
        } else {
            ledger.add(tag, message.offset(), consumer);
            timer.delivered(tag, consumer);
            channel.counters().deliveredManualAck().increment();
        }
        connection.sendDelivery(
                channel.number(),
                consumer.tag(),
                tag,
                redelivered,
                message.exchange(),
                message.routingKey(),
                message.properties(),
                message.body());
    }

    @Override
    public void cancelled(Consumer consumer) {
        String tag = consumer.tag().toString();
        if (consumers.remove(tag, consumer) && connection.clientCapabilities().consumerCancelNotify()) {
            channel.send(new BasicMethod.Cancel(tag, true));
        }
    }

    /** The tag of a delivery that nobody acknowledges. */
    long nextTag() {
        return ++lastTag;
    }

    /** The answer to {@code basic.get}. */
    void got(Consumer taker, MessageView message, boolean redelivered, long remaining) {
        long tag = ++lastTag;
        if (taker.isNoAck()) {
            channel.counters().gotAutoAck().increment();
        } else {
            ledger.add(tag, message.offset(), taker);
            timer.delivered(tag, taker);
            channel.counters().gotManualAck().increment();
        }
        connection.sendContent(
                channel.number(),
                new BasicMethod.GetOk(
                        tag,
                        redelivered,
                        ShortString.of(message.exchange()),
                        ShortString.of(message.routingKey()),
                        remaining),
                message.properties(),
                message.body());
    }

    /** A message that found the channel closed. */
    void giveBackUndelivered(Consumer consumer, @Nullable MessageView message) {
        if (message != null && !consumer.isNoAck()) {
            consumer.settled(message.offset(), Outcome.REQUEUED);
            consumer.settle();
        }
    }

    // ---- settling

    /** Settles one delivery; false when its tag is unknown. */
    boolean settle(long tag, Outcome outcome) {
        return ledger.take(tag, settling(outcome));
    }

    /** Settles all deliveries up to a tag, 0 for all; false when the tag is unknown. */
    boolean settleUpTo(long tag, Outcome outcome) {
        UnackedLedger.Visitor visitor = settling(outcome);
        if (tag == 0) {
            ledger.takeAll(visitor);
            return true;
        }
        return ledger.takeUpTo(tag, visitor);
    }

    /** Gives everything back to the queues. */
    void returnAll() {
        ledger.takeAll(settler(Outcome.REQUEUED));
        flush();
    }

    /** A transaction is stored: its acknowledgements with it, the rest follows now. */
    void committed(Transaction transaction) {
        transaction.storedAcknowledgements().forEach(Consumer::settleStored);
        transaction.forEachOther((delivery, outcome) ->
                settler(outcome).onDelivery(delivery.tag(), delivery.consumer(), delivery.offset()));
        flush();
        if (channel.credit().isLimited()) {
            wakeQueues();
        }
    }

    /** Deliveries that a transaction had settled are unacknowledged again. */
    void restore(List<Unacked> deliveries) {
        ledger.restore(deliveries);
        if (channel.isClosed()) {
            returnAll();
            return;
        }
        for (Unacked delivery : deliveries) {
            timer.delivered(lastTag, delivery.consumer());
        }
    }

    /** Tells the queues what was settled in this turn. */
    void flush() {
        if (settled.isEmpty()) {
            return;
        }
        if (channel.credit().isLimited()) {
            // Before the queues that are told: what they had delivered makes room for the others too.
            settled.forEach(Consumer::releaseCredit);
            wakeQueues();
        }
        for (Consumer consumer : settled) {
            consumer.settle();
        }
        settled.clear();
    }

    /** The channel is gone: so are its consumers, and what they held goes back. */
    void close() {
        for (Consumer consumer : consumers.values()) {
            channel.onQueue(consumer.queue(), () -> consumer.queue().remove(consumer));
        }
        consumers.clear();
        timer.stop();
        returnAll();
    }

    /** What is done with a delivery now: in a transaction, it waits for the commit. */
    private UnackedLedger.Visitor settling(Outcome outcome) {
        Transaction transaction = channel.transaction();
        if (transaction != null) {
            return (tag, consumer, offset) -> transaction.settle(new Unacked(tag, offset, consumer), outcome);
        }
        return settler(outcome);
    }

    private UnackedLedger.Visitor settler(Outcome outcome) {
        return (tag, consumer, offset) -> {
            if (consumer.settled(offset, outcome)) {
                settled.add(consumer);
            }
        };
    }
}
