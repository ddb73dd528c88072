package dev.tandem.amqp.vhost;

import dev.tandem.amqp.argument.ArgumentEquivalence;
import dev.tandem.amqp.argument.ExchangeArguments;
import dev.tandem.amqp.argument.QueueArguments;
import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.argument.QueueType;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueFactory;
import dev.tandem.amqp.delivery.QueueSettings;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.routing.Address;
import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Destination;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.routing.ExchangeType;
import dev.tandem.amqp.routing.Router;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Commit;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual host: its exchanges, queues and bindings.
 *
 * <p>Every change runs on one event loop, so that of two clients who declare the same name one finds what the other made.
 * A change takes effect in memory first; who asked for it, and who asks for the same thing in the meantime, is answered
 * when it is synced. Commits of publishers that use it already are submitted later than its own, and so applied later.
 */
public final class VirtualHost {
    private static final Logger LOGGER = LoggerFactory.getLogger(VirtualHost.class);
    private static final String RESERVED_PREFIX = "amq.";
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final String name;
    private final EventExecutor loop;
    private final StorageEngine storage;
    private final QueueFactory queueFactory;
    private final DefinitionWriter writer;
    private final MessageCounters counters;
    private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
    private final Map<String, MessageQueue> queues = new ConcurrentHashMap<>();
    private final Bindings bindings;
    private final Map<Destination, CompletableFuture<Void>> beingStored = new HashMap<>();
    private final Map<ConnectionPort, Set<MessageQueue>> exclusiveQueues = new ConcurrentHashMap<>();
    private final HostedQueues hostedQueues = new HostedQueues(exchanges, queues, this::deleteUnused, this::deleteLost);
    private final Exchange defaultExchange;
    private volatile int routingVersion;

    VirtualHost(
            String name,
            EventExecutor loop,
            StorageEngine storage,
            QueueFactory queueFactory,
            MessageCounters counters) {
        this.name = name;
        this.loop = loop;
        this.storage = storage;
        this.queueFactory = queueFactory;
        this.counters = counters;
        this.writer = new DefinitionWriter(storage, loop, name);
        this.bindings = new Bindings(writer, this::routingChanged, this::removeExchange);
        this.defaultExchange = predeclare("", ExchangeType.DIRECT);
        predeclare("amq.direct", ExchangeType.DIRECT);
        predeclare("amq.fanout", ExchangeType.FANOUT);
        predeclare("amq.topic", ExchangeType.TOPIC);
        predeclare("amq.headers", ExchangeType.HEADERS);
        predeclare("amq.match", ExchangeType.HEADERS);
    }

    private Exchange predeclare(String exchange, ExchangeType type) {
        var predeclared = new Exchange(name, exchange, type, true, false, false, FieldTable.EMPTY);
        exchanges.put(exchange, predeclared);
        return predeclared;
    }

    // ---- lookups, on any thread

    public String name() {
        return name;
    }

    public Collection<MessageQueue> queues() {
        return Collections.unmodifiableCollection(queues.values());
    }

    public Collection<Exchange> exchanges() {
        return Collections.unmodifiableCollection(exchanges.values());
    }

    /** Changes whenever a message may be routed another way than before. */
    public int routingVersion() {
        return routingVersion;
    }

    /** The queue of a name, which need not be open to everyone. */
    public Optional<MessageQueue> findQueue(String queue) {
        return Optional.ofNullable(queues.get(queue));
    }

    /**
     * The queue of a name, for a connection.
     *
     * @throws AmqpException when there is none, or another connection has it to itself
     */
    public MessageQueue queue(String queue, ConnectionPort connection) {
        MessageQueue found = queues.get(queue);
        if (found == null) {
            throw new AmqpException(ReplyCode.NOT_FOUND, "no queue '" + queue + "' in vhost '" + name + "'");
        }
        Object owner = found.settings().exclusiveTo();
        if (owner != null && owner != connection) {
            throw locked(found);
        }
        return found;
    }

    /**
     * The exchange of a name.
     *
     * @throws AmqpException when there is none
     */
    public Exchange exchange(String exchange) {
        Exchange found = exchanges.get(exchange);
        if (found == null) {
            throw new AmqpException(ReplyCode.NOT_FOUND, "no exchange '" + exchange + "' in vhost '" + name + "'");
        }
        return found;
    }

    /**
     * The exchange of a name, for a client that publishes.
     *
     * @throws AmqpException when there is none, or clients may not publish to it
     */
    public Exchange exchangeToPublishTo(String exchangeName) {
        Exchange exchange = exchange(exchangeName);
        if (exchange.isInternal()) {
            throw new AmqpException(ReplyCode.ACCESS_REFUSED, "cannot publish to internal " + exchange.describe());
        }
        return exchange;
    }

    /**
     * Where a message goes.
     *
     * @throws AmqpException when there is no such exchange, or clients may not publish to it
     */
    public Route route(String exchangeName, Address address) {
        int version = routingVersion;
        Exchange exchange = exchangeToPublishTo(exchangeName);
        if (exchange == defaultExchange) {
            List<MessageQueue> named = address.routingKeys().stream()
                    .distinct()
                    .map(queues::get)
                    .filter(Objects::nonNull)
                    .toList();
            named.forEach(TopicQueues::requireOwnMessages);
            List<String> replyAddresses = address.routingKeys().stream()
                    .distinct()
                    .filter(DirectReplies::isAddress)
                    .toList();
            return new Route(exchange, named, replyAddresses, true, version);
        }
        Router.Result result = Router.route(exchange, address, other -> Optional.ofNullable(exchanges.get(other)));
        var reached = new ArrayList<MessageQueue>(result.queues().size());
        for (Destination destination : result.queues()) {
            reached.add((MessageQueue) destination);
        }
        return new Route(exchange, reached, List.of(), result.goesByKeysAlone(), version);
    }

    // ---- exchanges

    /** Declares an exchange; fails as {@link ArgumentEquivalence} says when it exists otherwise. */
    public CompletableFuture<Void> declareExchange(ExchangeDeclaration wish) {
        return onLoop(() -> {
            ExchangeType type = ExchangeType.named(wish.type())
                    .orElseThrow(() -> new AmqpException(
                            ReplyCode.PRECONDITION_FAILED, "unknown exchange type '" + wish.type() + "'"));
            Exchange existing = exchanges.get(wish.name());
            if (existing != null) {
                requireEquivalent(existing, wish, type);
                return beingStored.getOrDefault(existing, DONE);
            }
            if (wish.name().startsWith(RESERVED_PREFIX)) {
                throw new AmqpException(
                        ReplyCode.ACCESS_REFUSED,
                        "exchange name '" + wish.name() + "' contains reserved prefix 'amq.*'");
            }
            requireAllowed(wish.refusalIfNew());
            ExchangeArguments.check(type, wish.arguments(), "exchange '" + wish.name() + "' in vhost '" + name + "'");
            var exchange = new Exchange(
                    name, wish.name(), type, wish.durable(), wish.autoDelete(), wish.internal(), wish.arguments());
            exchanges.put(wish.name(), exchange);
            routingChanged();
            var changes = Commit.builder();
            if (exchange.isDurable()) {
                writer.define(changes, exchange);
            }
            return store(exchange, changes, () -> exchanges.remove(wish.name(), exchange));
        });
    }

    /** Deletes an exchange with its bindings; a missing one is no error. */
    public CompletableFuture<Void> deleteExchange(String exchangeName, boolean ifUnused) {
        return onLoop(() -> {
            Exchange exchange = exchanges.get(exchangeName);
            if (exchange == null) {
                return DONE;
            }
            if (exchangeName.startsWith(RESERVED_PREFIX)) {
                throw new AmqpException(
                        ReplyCode.ACCESS_REFUSED, "deletion of system " + exchange.describe() + " not allowed");
            }
            if (ifUnused && !exchange.bindings().isEmpty()) {
                throw new AmqpException(ReplyCode.PRECONDITION_FAILED, exchange.describe() + " in use");
            }
            var changes = Commit.builder();
            removeExchange(exchange, changes);
            return writer.submit(changes);
        });
    }

    // ---- bindings

    /** Binds a queue or an exchange; a binding that exists is no error. */
    public CompletableFuture<Void> bind(BindingRequest request) {
        return onLoop(() -> {
            Exchange source = exchange(request.source());
            Destination destination = request.toQueue()
                    ? queue(request.destination(), request.connection())
                    : exchange(request.destination());
            if (destination instanceof MessageQueue queue) {
                TopicQueues.requireOwnMessages(queue);
            }
            var binding = new Binding(source, destination, request.routingKey(), request.arguments());
            BindingRules.check(binding);
            var changes = Commit.builder();
            bindings.add(binding, changes);
            return writer.submit(changes);
        });
    }

    /** Removes a binding; a missing one, or missing ends, are no error. */
    public CompletableFuture<Void> unbind(BindingRequest request) {
        return onLoop(() -> {
            Destination destination =
                    request.toQueue() ? queues.get(request.destination()) : exchanges.get(request.destination());
            Exchange source = exchanges.get(request.source());
            if (destination == null || source == null) {
                return DONE;
            }
            if (request.toQueue()) {
                queue(request.destination(), request.connection());
            }
            var changes = Commit.builder();
            bindings.remove(new Binding(source, destination, request.routingKey(), request.arguments()), changes);
            return writer.submit(changes);
        });
    }

    // ---- queues

    /** Declares a queue; fails as {@link ArgumentEquivalence} says when it exists otherwise. */
    public CompletableFuture<MessageQueue> declareQueue(QueueDeclaration wish) {
        return onLoop(() -> {
            MessageQueue existing = queues.get(wish.name());
            if (existing != null && existing.isDeleted()) {
                forget(existing);
                existing = null;
            }
            if (existing != null) {
                MessageQueue queue = existing;
                requireEquivalent(queue, wish);
                return beingStored.getOrDefault(queue, DONE).thenApply(done -> queue);
            }
            if (wish.name().startsWith(RESERVED_PREFIX) && !wish.serverNamed()) {
                throw new AmqpException(
                        ReplyCode.ACCESS_REFUSED, "queue name '" + wish.name() + "' contains reserved prefix 'amq.*'");
            }
            return create(wish);
        });
    }

    private CompletableFuture<MessageQueue> create(QueueDeclaration wish) {
        requireAllowed(wish.refusalIfNew());
        var settings = new QueueSettings(
                name,
                wish.name(),
                wish.isEffectivelyDurable(),
                wish.autoDelete(),
                wish.exclusive() ? wish.connection() : null,
                wish.arguments());
        QueueArguments.check(wish.arguments(), settings.describe());
        QueueType.of(wish.arguments())
                .require(settings.describe(), wish.serverNamed(), wish.durable(), wish.exclusive(), wish.autoDelete());
        TopicQueues.requireTopic(settings, wish, storage.catalog());
        EventExecutor owner = wish.connection().eventLoop();
        var changes = Commit.builder();
        MessageQueue queue;
        if (settings.durable()) {
            int logCount = QueueOptions.of(wish.arguments()).lanes();
            queue = queueFactory.stored(settings, owner, storage.allocateLogIds(logCount), logCount, hostedQueues);
            writer.define(changes, queue);
        } else {
            queue = queueFactory.transientQueue(settings, owner, hostedQueues);
        }
        CompletableFuture<Void> stored = store(queue, changes, () -> queues.remove(wish.name(), queue));
        queues.put(wish.name(), queue);
        routingChanged();
        if (wish.exclusive()) {
            exclusiveQueues
                    .computeIfAbsent(wish.connection(), connection -> ConcurrentHashMap.newKeySet())
                    .add(queue);
        }
        counters.queuesDeclared().increment();
        if (queue.readsTopic()) {
            return stored.thenComposeAsync(done -> queue.openTopic(true), owner).thenApply(done -> queue);
        }
        return stored.thenApply(done -> {
            if (queue.isStored()) {
                for (int i = 0; i < queue.logCount(); i++) {
                    storage.openLog(queue.logId() + i).ifPresent(log -> owner.execute(() -> queue.attachCreated(log)));
                }
            }
            return queue;
        });
    }

    /** Deletes a queue with its bindings; the result is how many messages were ready. */
    public CompletableFuture<Long> deleteQueue(MessageQueue queue, boolean ifUnused, boolean ifEmpty) {
        var deleted = new CompletableFuture<Long>();
        queue.owner().execute(() -> {
            try {
                deleted.complete(queue.delete(ifUnused, ifEmpty));
            } catch (RuntimeException e) {
                deleted.completeExceptionally(e);
            }
        });
        return deleted.thenCompose(count -> onLoop(() -> forget(queue)).thenApply(done -> count));
    }

    private void deleteLost(MessageQueue queue) {
        deleteQueue(queue, false, false).exceptionally(failure -> {
            LOGGER.warn("{} could not be deleted with its topic", queue, failure);
            return 0L;
        });
    }

    private void deleteUnused(MessageQueue queue) {
        deleteQueue(queue, true, false).exceptionally(inUseAgain -> 0L);
    }

    /** A connection is over: its exclusive queues go. */
    public CompletableFuture<Void> connectionClosed(ConnectionPort connection) {
        return onLoop(() -> {
            Set<MessageQueue> orphans = exclusiveQueues.remove(connection);
            if (orphans == null) {
                return DONE;
            }
            var deletions = new ArrayList<CompletableFuture<Long>>();
            for (MessageQueue queue : orphans) {
                deletions.add(deleteQueue(queue, false, false));
            }
            return CompletableFuture.allOf(deletions.toArray(new CompletableFuture<?>[0]));
        });
    }

    /** The virtual host is deleted; its last connection is gone. */
    CompletableFuture<Void> abandon() {
        return onLoop(() -> {
                    var gone = List.copyOf(queues.values());
                    queues.clear();
                    routingChanged();
                    return CompletableFuture.allOf(gone.stream()
                            .map(queue -> CompletableFuture.runAsync(() -> queue.delete(false, false), queue.owner()))
                            .toArray(CompletableFuture<?>[]::new));
                })
                // Applied behind all that was submitted before, this commit makes sure that the catalog has it.
                .thenCompose(deleted -> onLoop(() -> writer.submit(writer.defineVhost())))
                .thenCompose(complete -> onLoop(() -> writer.submit(VhostDeletion.changes(storage.catalog(), name))));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop alone
    private void routingChanged() {
        routingVersion++;
    }

    /** Takes a deleted queue out of the definitions. */
    private CompletableFuture<Void> forget(MessageQueue queue) {
        if (!queues.remove(queue.name(), queue)) {
            return DONE;
        }
        routingChanged();
        counters.queuesDeleted().increment();
        if (queue.settings().exclusiveTo() instanceof ConnectionPort connection) {
            exclusiveQueues.computeIfPresent(connection, (key, left) -> {
                left.remove(queue);
                return left.isEmpty() ? null : left;
            });
        }
        var changes = Commit.builder();
        bindings.removeTo(queue, changes);
        if (queue.isStored()) {
            writer.undefine(changes, queue);
        }
        return writer.submit(changes);
    }

    // ---- recovery, before the first client

    /** A durable exchange that the catalog holds. */
    void recover(Exchange exchange) {
        exchanges.put(exchange.name(), exchange);
    }

    /** A durable queue that the catalog holds. */
    MessageQueue recover(QueueSettings settings, EventExecutor owner, long logId, int logCount) {
        MessageQueue queue = queueFactory.stored(settings, owner, logId, logCount, hostedQueues);
        queues.put(queue.name(), queue);
        return queue;
    }

    /** A durable binding that the catalog holds; without effect when one of its ends is gone. */
    void recover(String source, boolean toQueue, String destination, String routingKey, FieldTable arguments) {
        Exchange from = exchanges.get(source);
        Destination to = toQueue ? queues.get(destination) : exchanges.get(destination);
        if (from != null && to != null) {
            bindings.recover(new Binding(from, to, routingKey, arguments));
        }
    }

    // ---- within the loop

    private void removeExchange(Exchange exchange, Commit.Builder changes) {
        if (!exchanges.remove(exchange.name(), exchange)) {
            return;
        }
        routingChanged();
        bindings.removeFrom(exchange, changes);
        bindings.removeTo(exchange, changes);
        if (exchange.isDurable()) {
            writer.undefine(changes, exchange);
        }
    }

    private CompletableFuture<Void> store(Destination entity, Commit.Builder changes, Runnable undo) {
        CompletableFuture<Void> stored = writer.submit(changes);
        if (stored.isDone()) {
            return stored;
        }
        beingStored.put(entity, stored);
        return stored.whenComplete((done, failure) -> {
            beingStored.remove(entity);
            if (failure != null) {
                undo.run();
                routingChanged();
            }
        });
    }

    private void requireEquivalent(Exchange existing, ExchangeDeclaration wish, ExchangeType type) {
        String entity = existing.describe();
        ArgumentEquivalence.require("type", type.wireName(), existing.type().wireName(), entity);
        ArgumentEquivalence.require("durable", wish.durable(), existing.isDurable(), entity);
        ArgumentEquivalence.require("auto_delete", wish.autoDelete(), existing.isAutoDelete(), entity);
        ArgumentEquivalence.require("internal", wish.internal(), existing.isInternal(), entity);
        ArgumentEquivalence.require(
                List.of(Exchange.ALTERNATE_EXCHANGE), wish.arguments(), existing.arguments(), entity);
    }

    private void requireEquivalent(MessageQueue existing, QueueDeclaration wish) {
        QueueSettings settings = existing.settings();
        Object owner = settings.exclusiveTo();
        if (wish.exclusive() ? owner != wish.connection() : owner != null) {
            throw locked(existing);
        }
        String entity = settings.describe();
        ArgumentEquivalence.require("durable", wish.isEffectivelyDurable(), settings.durable(), entity);
        ArgumentEquivalence.require("auto_delete", wish.autoDelete(), settings.autoDelete(), entity);
        ArgumentEquivalence.require(
                QueueArguments.compared(wish.arguments(), settings.arguments()),
                wish.arguments(),
                settings.arguments(),
                entity);
    }

    private static void requireAllowed(@Nullable AmqpException refusal) {
        if (refusal != null) {
            throw refusal;
        }
    }

    private static AmqpException locked(MessageQueue queue) {
        return new AmqpException(
                ReplyCode.RESOURCE_LOCKED,
                "cannot obtain exclusive access to locked " + queue.settings().describe()
                        + ". It could be originally declared on another connection or the exclusive property value"
                        + " does not match that of the original declaration.");
    }

    /** Runs a change on the loop; what it throws, and what its future fails with, fails the result. */
    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> change) {
        var result = new CompletableFuture<T>();
        Runnable task = () -> {
            try {
                change.get().whenComplete((value, failure) -> complete(result, value, failure));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        };
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
        return result;
    }

    private static <T> void complete(CompletableFuture<T> result, T value, @Nullable Throwable failure) {
        if (failure != null) {
            result.completeExceptionally(failure);
        } else {
            result.complete(value);
        }
    }
}
