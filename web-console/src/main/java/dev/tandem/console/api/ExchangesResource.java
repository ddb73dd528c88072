package dev.tandem.console.api;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.admin.AmqpAdmin.BindingView;
import dev.tandem.amqp.admin.AmqpAdmin.ExchangeView;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /exchanges}, {@code /bindings} and {@code /unroutable}: where published messages go, or do not. */
final class ExchangesResource {
    private static final Map<String, Comparator<ExchangeView>> ORDERS = Map.of(
            "name", Comparator.comparing(ExchangeView::name),
            "vhost", Comparator.comparing(ExchangeView::vhost),
            "type", Comparator.comparing(ExchangeView::type),
            "published", Comparator.comparingLong(ExchangeView::published),
            "unroutable", Comparator.comparingLong(ExchangeView::unroutable));
    private static final Map<String, Comparator<BindingView>> BINDING_ORDERS = Map.of(
            "source", Comparator.comparing(BindingView::source),
            "destination", Comparator.comparing(BindingView::destination),
            "routingKey", Comparator.comparing(BindingView::routingKey));
    private static final int BINDINGS_SHOWN = 50;

    private final AmqpAdmin amqp;
    private final Answers answers;

    record ExchangeRow(ExchangeView exchange, int bindings, List<BindingView> firstBindings) {}

    record Reason(String reason, long messages) {}

    record Unroutable(long dropped, long returned, List<Reason> reasons, List<ExchangeView> exchanges) {}

    ExchangesResource(AmqpAdmin amqp, Answers answers) {
        this.amqp = amqp;
        this.answers = answers;
    }

    void install(Router api) {
        api.get("/exchanges").handler(this::list);
        api.get("/bindings").handler(this::bindings);
        api.get("/unroutable").handler(this::unroutable);
    }

    private void list(RoutingContext context) {
        answers.send(context, () -> {
            var bySource = new HashMap<List<String>, List<BindingView>>();
            for (BindingView binding : amqp.bindings()) {
                bySource.computeIfAbsent(
                                List.of(binding.vhost(), binding.source()), source -> new java.util.ArrayList<>())
                        .add(binding);
            }
            return Listing.of(context).page(amqp.exchanges(), ExchangeView::name, ORDERS, exchange -> {
                List<BindingView> bound = bySource.getOrDefault(List.of(exchange.vhost(), exchange.name()), List.of());
                return new ExchangeRow(
                        exchange,
                        bound.size(),
                        bound.stream().limit(BINDINGS_SHOWN).toList());
            });
        });
    }

    private void bindings(RoutingContext context) {
        answers.send(context, () -> Listing.of(context)
                .page(
                        amqp.bindings(),
                        binding -> binding.source() + ' ' + binding.destination() + ' ' + binding.routingKey(),
                        BINDING_ORDERS,
                        binding -> binding));
    }

    private void unroutable(RoutingContext context) {
        answers.send(context, () -> {
            AmqpAdmin.Counters counters = amqp.counters();
            return new Unroutable(
                    counters.unroutableDropped(),
                    counters.returned(),
                    new TreeMap<>(counters.dropped())
                            .entrySet().stream()
                                    .map(entry -> new Reason(entry.getKey(), entry.getValue()))
                                    .sorted(Comparator.comparingLong(Reason::messages)
                                            .reversed())
                                    .toList(),
                    amqp.exchanges().stream()
                            .filter(exchange -> exchange.unroutable() > 0)
                            .sorted(Comparator.comparingLong(ExchangeView::unroutable)
                                    .reversed())
                            .limit(BINDINGS_SHOWN)
                            .toList());
        });
    }
}
