package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds the queues that a message published to an exchange reaches. */
public final class Router {
    private Router() {}

    /**
     * What routing found.
     *
     * @param queues each once
     * @param dependsOnHeaders false when every message with this routing key takes the same way
     */
    public record Result(Set<Destination> queues, boolean dependsOnHeaders) {}

    /**
     * Follows the bindings, those between exchanges too. An exchange is visited once, so that cycles end; a queue is
     * found once, however many bindings lead to it. An exchange that matches nothing hands over to its alternate.
     *
     * @param exchanges finds an alternate exchange by name; one that is missing is left out
     */
    public static Result route(
            Exchange exchange, String routingKey, FieldTable headers, Function<String, Optional<Exchange>> exchanges) {
        var queues = new LinkedHashSet<Destination>();
        var visited = new HashSet<Exchange>();
        var waiting = new ArrayDeque<Exchange>();
        var matched = new LinkedHashSet<Destination>();
        boolean dependsOnHeaders = false;
        waiting.add(exchange);
        while (!waiting.isEmpty()) {
            Exchange current = waiting.remove();
            if (!visited.add(current)) {
                continue;
            }
            dependsOnHeaders |= current.type() == ExchangeType.HEADERS;
            matched.clear();
            current.match(routingKey, headers, matched::add);
            if (matched.isEmpty()) {
                current.alternateExchange().flatMap(exchanges).ifPresent(waiting::add);
            }
            for (Destination destination : matched) {
                if (destination instanceof Exchange next) {
                    waiting.add(next);
                } else {
                    queues.add(destination);
                }
            }
        }
        return new Result(queues, dependsOnHeaders);
    }
}
