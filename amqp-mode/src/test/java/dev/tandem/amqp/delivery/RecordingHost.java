package dev.tandem.amqp.delivery;

import dev.tandem.amqp.routing.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A virtual host that keeps what queues tell it, and sends every dead letter the same way. */
final class RecordingHost implements QueueHost {
    final List<MessageQueue> targets = new ArrayList<>();
    private final List<MessageQueue> unused;

    RecordingHost(List<MessageQueue> unused) {
        this.unused = unused;
    }

    @Override
    public void onUnused(MessageQueue queue) {
        unused.add(queue);
    }

    @Override
    public void onLost(MessageQueue queue) {
        unused.add(queue);
    }

    @Override
    public Collection<MessageQueue> routeDeadLetter(String exchange, Address address) {
        return targets;
    }
}
