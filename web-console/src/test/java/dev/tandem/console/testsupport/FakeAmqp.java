package dev.tandem.console.testsupport;

import dev.tandem.amqp.admin.AmqpAdmin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** AMQP mode's admin side in memory. */
public final class FakeAmqp implements AmqpAdmin {
    private final FakeAccess access = new FakeAccess();
    private final Map<List<String>, QueueView> queues = new LinkedHashMap<>();
    private final List<ExchangeView> exchanges = new ArrayList<>();
    private final List<BindingView> bindings = new ArrayList<>();
    private final List<ConnectionView> connections = new ArrayList<>();
    private final Map<String, Long> dropped = new TreeMap<>();
    private long published;
    private long delivered;

    public synchronized FakeAmqp queue(String name, long ready, long unacked, int consumers) {
        queues.put(
                List.of("/", name),
                new QueueView(
                        "/",
                        name,
                        true,
                        false,
                        false,
                        Map.of(),
                        ready,
                        unacked,
                        consumers,
                        ready * 150,
                        ready,
                        0,
                        0,
                        0));
        return this;
    }

    public synchronized FakeAmqp exchange(String name, String type, long unroutable) {
        exchanges.add(new ExchangeView("/", name, type, true, false, false, Map.of(), 100, 90, unroutable));
        return this;
    }

    public synchronized FakeAmqp binding(String source, String queue, String routingKey) {
        bindings.add(new BindingView("/", source, "queue", queue, routingKey, Map.of()));
        return this;
    }

    public synchronized FakeAmqp connection(String name, String userProvidedName) {
        connections.add(new ConnectionView(
                name, "guest", "/", "pika 1.4.0", userProvidedName, 2, Instant.now(), 5_000, 9_000, "running"));
        return this;
    }

    public synchronized FakeAmqp dropped(String reason, long messages) {
        dropped.put(reason, messages);
        return this;
    }

    /** Traffic through one queue. */
    public synchronized void publish(String queue, long in, long out) {
        queues.computeIfPresent(
                List.of("/", queue),
                (key, was) -> new QueueView(
                        was.vhost(),
                        was.name(),
                        was.durable(),
                        was.autoDelete(),
                        was.exclusive(),
                        was.arguments(),
                        Math.max(0, was.ready() + in - out),
                        was.unacked(),
                        was.consumers(),
                        was.storedBytes() + 150 * (in - out),
                        was.published() + in,
                        was.delivered() + out,
                        was.acknowledged() + out,
                        was.redelivered()));
        published += in;
        delivered += out;
    }

    @Override
    public FakeAccess access() {
        return access;
    }

    @Override
    public synchronized List<QueueView> queues() {
        return List.copyOf(queues.values());
    }

    @Override
    public synchronized List<ExchangeView> exchanges() {
        return List.copyOf(exchanges);
    }

    @Override
    public synchronized List<BindingView> bindings() {
        return List.copyOf(bindings);
    }

    @Override
    public synchronized List<ConnectionView> connections() {
        return List.copyOf(connections);
    }

    @Override
    public synchronized Counters counters() {
        long drops = dropped.values().stream().mapToLong(Long::longValue).sum();
        return new Counters(
                connections.size(),
                0,
                2,
                0,
                queues.size(),
                0,
                published,
                published,
                published,
                published,
                3,
                drops,
                Map.copyOf(dropped),
                delivered,
                0,
                0,
                0,
                0,
                0,
                delivered);
    }

    @Override
    public synchronized CompletableFuture<Long> purgeQueue(String vhost, String name) {
        QueueView was = queues.get(List.of(vhost, name));
        queue(name, 0, was.unacked(), was.consumers());
        return CompletableFuture.completedFuture(was.ready());
    }

    @Override
    public synchronized CompletableFuture<Long> deleteQueue(String vhost, String name) {
        return CompletableFuture.completedFuture(
                queues.remove(List.of(vhost, name)).ready());
    }

    @Override
    public synchronized CompletableFuture<Void> deleteExchange(String vhost, String name) {
        exchanges.removeIf(
                exchange -> exchange.vhost().equals(vhost) && exchange.name().equals(name));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Boolean> closeConnection(String name, String reason) {
        return CompletableFuture.completedFuture(
                connections.removeIf(connection -> connection.name().equals(name)));
    }
}
