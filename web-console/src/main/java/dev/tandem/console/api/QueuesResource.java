package dev.tandem.console.api;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.admin.AmqpAdmin.QueueView;
import dev.tandem.console.live.Rates.QueueRates;
import dev.tandem.console.live.Sampler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code /queues}; a vhost {@code /} is written {@code %2F} in paths. */
final class QueuesResource {
    private static final Map<String, Comparator<QueueView>> ORDERS = Map.of(
            "name", Comparator.comparing(QueueView::name),
            "vhost", Comparator.comparing(QueueView::vhost),
            "ready", Comparator.comparingLong(QueueView::ready),
            "unacked", Comparator.comparingLong(QueueView::unacked),
            "consumers", Comparator.comparingInt(QueueView::consumers),
            "size", Comparator.comparingLong(QueueView::storedBytes));

    private final AmqpAdmin amqp;
    private final Sampler sampler;
    private final Answers answers;

    record QueueRow(QueueView queue, QueueRates rates) {}

    record QueueDetail(QueueView queue, QueueRates rates, List<AmqpAdmin.BindingView> bindings) {}

    record Purged(long messages) {}

    QueuesResource(AmqpAdmin amqp, Sampler sampler, Answers answers) {
        this.amqp = amqp;
        this.sampler = sampler;
        this.answers = answers;
    }

    void install(Router api) {
        api.get("/queues").handler(this::list);
        api.get("/queues/:vhost/:queue").handler(this::show);
        api.delete("/queues/:vhost/:queue").handler(this::delete);
        api.delete("/queues/:vhost/:queue/messages").handler(this::purge);
    }

    private void list(RoutingContext context) {
        answers.send(context, () -> Listing.of(context)
                .page(
                        amqp.queues(),
                        QueueView::name,
                        ORDERS,
                        queue -> new QueueRow(queue, sampler.rates().queue(queue.vhost(), queue.name()))));
    }

    private void show(RoutingContext context) {
        answers.send(context, () -> {
            QueueView queue = find(context);
            return new QueueDetail(
                    queue,
                    sampler.rates().queue(queue.vhost(), queue.name()),
                    amqp.bindings().stream()
                            .filter(binding -> binding.vhost().equals(queue.vhost())
                                    && binding.destinationKind().equals("queue")
                                    && binding.destination().equals(queue.name()))
                            .toList());
        });
    }

    private void delete(RoutingContext context) {
        answers.send(context, () -> {
            QueueView queue = find(context);
            return new Purged(Answers.await(amqp.deleteQueue(queue.vhost(), queue.name())));
        });
    }

    private void purge(RoutingContext context) {
        answers.send(context, () -> {
            QueueView queue = find(context);
            return new Purged(Answers.await(amqp.purgeQueue(queue.vhost(), queue.name())));
        });
    }

    private QueueView find(RoutingContext context) {
        String vhost = context.pathParam("vhost");
        String name = context.pathParam("queue");
        return amqp.queues().stream()
                .filter(queue -> queue.vhost().equals(vhost) && queue.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApiException(404, "there is no queue '" + name + "' in vhost '" + vhost + "'"));
    }
}
