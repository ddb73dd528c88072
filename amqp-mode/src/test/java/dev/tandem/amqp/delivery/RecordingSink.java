package dev.tandem.amqp.delivery;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.storage.record.MessageView;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/** A channel that keeps what is delivered to it. */
final class RecordingSink implements ConsumerSink {
    final ManualLoop loop;
    final ChannelCredit credit = new ChannelCredit();
    final List<Delivery> deliveries = new ArrayList<>();
    final List<Consumer> cancelled = new ArrayList<>();
    boolean writable = true;

    record Delivery(Consumer consumer, long offset, boolean redelivered) {}

    RecordingSink(ManualLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventExecutor loop() {
        return loop;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public ChannelCredit credit() {
        return credit;
    }

    @Override
    public void deliver(Consumer consumer, MessageView message, boolean redelivered) {
        deliveries.add(new Delivery(consumer, message.offset(), redelivered));
    }

    @Override
    public void cancelled(Consumer consumer) {
        cancelled.add(consumer);
    }
}
