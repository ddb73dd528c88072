package dev.tandem.amqp.routing;

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
     * @param goesByKeysAlone whether every message with these routing keys takes the same way
     */
    public record Result(Set<Destination> queues, boolean goesByKeysAlone) {}

    /**
     * Follows the bindings, those between exchanges too. An exchange is visited once, so that cycles end; a queue is
     * found once, however many bindings lead to it. An exchange that matches nothing hands over to its alternate.
     *
     * @param exchanges finds an alternate exchange by name; one that is missing is left out
     */
    public static Result route(Exchange exchange, Address address, Function<String, Optional<Exchange>> exchanges) {
        var queues = new LinkedHashSet<Destination>();
        var visited = new HashSet<Exchange>();
        var waiting = new ArrayDeque<Exchange>();
        var matched = new LinkedHashSet<Destination>();
        boolean goesByKeysAlone = true;
        waiting.add(exchange);
        while (!waiting.isEmpty()) {
            Exchange current = waiting.remove();
            if (!visited.add(current)) {
                continue;
            }
            goesByKeysAlone &= current.goesByKeysAlone();
            matched.clear();
            current.match(address, matched::add);
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
        return new Result(queues, goesByKeysAlone);
    }
}
