package dev.tandem.amqp.vhost;

import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueHost;
import dev.tandem.amqp.routing.Address;
import dev.tandem.amqp.routing.Destination;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.routing.Router;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** A virtual host as its queues see it. Safe for use from any thread. */
final class HostedQueues implements QueueHost {
    private final Map<String, Exchange> exchanges;
    private final Map<String, MessageQueue> queues;
    private final Consumer<MessageQueue> deletion;
    private final Consumer<MessageQueue> loss;

    /**
     * The queues' view on a virtual host.
     *
     * @param exchanges by name, may change at any time
     * @param queues by name, may change at any time
     * @param deletion deletes a queue unless it is in use
     * @param loss deletes a queue that has lost what it reads
     */
    HostedQueues(
            Map<String, Exchange> exchanges,
            Map<String, MessageQueue> queues,
            Consumer<MessageQueue> deletion,
            Consumer<MessageQueue> loss) {
        this.exchanges = exchanges;
        this.queues = queues;
        this.deletion = deletion;
        this.loss = loss;
    }

    @Override
    public void onUnused(MessageQueue queue) {
        deletion.accept(queue);
    }

    @Override
    public void onLost(MessageQueue queue) {
        loss.accept(queue);
    }

    @Override
    public Collection<MessageQueue> routeDeadLetter(String exchangeName, Address address) {
        Exchange exchange = exchanges.get(exchangeName);
        if (exchange == null) {
            return List.of();
        }
        if (exchangeName.isEmpty()) {
            return address.routingKeys().stream()
                    .map(queues::get)
                    .filter(Objects::nonNull)
                    .filter(queue -> !queue.readsTopic())
                    .distinct()
                    .toList();
        }
        var reached = new ArrayList<MessageQueue>();
        for (Destination destination : Router.route(
                        exchange, address, other -> Optional.ofNullable(exchanges.get(other)))
                .queues()) {
            reached.add((MessageQueue) destination);
        }
        return reached;
    }
}
