package dev.tandem.amqp.vhost;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.argument.QueueType;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueFactory;
import dev.tandem.amqp.delivery.QueueSettings;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.routing.ExchangeType;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import io.netty.util.concurrent.EventExecutorGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The virtual hosts of the broker: brought back from the catalog when it starts, put away when it stops. Of {@link #create}
 * and {@link #delete} one must be done before the next begins.
 */
public final class VirtualHosts {
    private static final int MAX_NAME_BYTES = 255;

    /** The one virtual host that a new broker has. */
    public static final String DEFAULT = "/";

    private final StorageEngine storage;
    private final EventExecutorGroup loops;
    private final QueueFactory queues;
    private final MessageCounters counters;
    private final VhostConnections connections = new VhostConnections();
    private final Map<String, VirtualHost> byName = new ConcurrentSkipListMap<>();
    /** Empty already, but the catalog has not taken their deletion. */
    private final Map<String, VirtualHost> leaving = new ConcurrentHashMap<>();

    /**
     * Virtual hosts that are not opened yet.
     *
     * @param loops event loops to spread queues over
     */
    public VirtualHosts(
            StorageEngine storage, EventExecutorGroup loops, QueueFactory queues, MessageCounters counters) {
        this.storage = storage;
        this.loops = loops;
        this.queues = queues;
        this.counters = counters;
    }

    /** Brings the virtual hosts back with everything durable in them; a new broker gets {@value #DEFAULT}. */
    public CompletableFuture<Void> open() {
        CompletableFuture<?> ready = CompletableFuture.completedFuture(null);
        if (storage.catalog().all(Definition.Vhost.class).isEmpty()) {
            ready = storage.commit(
                    Commit.builder().add(new Change.Define(new Definition.Vhost(DEFAULT), false)), Durability.SYNCED);
        }
        return ready.thenComposeAsync(done -> recover(), loops.next());
    }

    /** Any thread. */
    public Optional<VirtualHost> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In the order of their names; any thread. */
    public Collection<VirtualHost> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** Who is where. */
    public VhostConnections connections() {
        return connections;
    }

    /** Makes a virtual host with the exchanges that every one has; the result is false when it was there. */
    public CompletableFuture<Boolean> create(String name) {
        if (byName.containsKey(name)) {
            return CompletableFuture.completedFuture(false);
        }
        if (leaving.containsKey(name)) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("vhost '" + name + "' is being deleted; delete it once more"));
        }
        var definition = new Change.Define(new Definition.Vhost(name), false);
        return storage.commit(Commit.builder().add(definition), Durability.SYNCED)
                .thenApply(stored -> {
                    byName.put(name, new VirtualHost(name, loops.next(), storage, queues, counters));
                    return true;
                });
    }

    /**
     * Deletes a virtual host with all that is in it, its connections first; the result is false when there is none. When the
     * catalog does not take it the virtual host is empty, closed, and can be deleted once more.
     */
    public CompletableFuture<Boolean> delete(String name) {
        VirtualHost vhost = byName.getOrDefault(name, leaving.get(name));
        if (vhost == null) {
            return CompletableFuture.completedFuture(false);
        }
        leaving.put(name, vhost);
        byName.remove(name);
        return connections
                .closeIn(vhost, "vhost '" + name + "' is deleted")
                .thenCompose(gone -> vhost.abandon())
                .thenApply(stored -> {
                    leaving.remove(name);
                    return true;
                });
    }

    /**
     * Checks the name of a virtual host.
     *
     * @throws IllegalArgumentException when none can have it
     */
    public static void requireName(String name) {
        if (name.isBlank() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the name of a vhost has 1 to " + MAX_NAME_BYTES + " bytes");
        }
    }

    /** A clean stop, after the last connection: what was delivered is marked. */
    public CompletableFuture<Void> close() {
        var closing = new ArrayList<CompletableFuture<?>>();
        for (VirtualHost vhost : byName.values()) {
            for (MessageQueue queue : vhost.queues()) {
                closing.add(CompletableFuture.runAsync(queue::close, queue.owner()));
            }
        }
        return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
    }

    private CompletionStage<Void> recover() {
        for (Definition.Vhost vhost : storage.catalog().all(Definition.Vhost.class)) {
            byName.put(vhost.name(), new VirtualHost(vhost.name(), loops.next(), storage, queues, counters));
        }
        for (Definition.Exchange stored : storage.catalog().all(Definition.Exchange.class)) {
            ExchangeType type = ExchangeType.named(stored.type())
                    .orElseThrow(() -> new IllegalStateException("exchange '" + stored.name() + "' in vhost '"
                            + stored.vhost() + "' has the type '" + stored.type() + "', which this version lacks"));
            host(stored.vhost())
                    .recover(new Exchange(
                            stored.vhost(),
                            stored.name(),
                            type,
                            true,
                            stored.autoDelete(),
                            stored.internal(),
                            FieldTable.parse(stored.arguments())));
        }
        var attached = new ArrayList<CompletableFuture<Void>>();
        for (Definition.Queue stored : storage.catalog().all(Definition.Queue.class)) {
            attached.add(recover(stored));
        }
        for (Definition.Binding stored : storage.catalog().all(Definition.Binding.class)) {
            host(stored.vhost())
                    .recover(
                            stored.source(),
                            stored.destinationKind().equals("queue"),
                            stored.destination(),
                            stored.routingKey(),
                            FieldTable.parse(stored.arguments()));
        }
        return CompletableFuture.allOf(attached.toArray(new CompletableFuture<?>[0]));
    }

    private CompletableFuture<Void> recover(Definition.Queue stored) {
        var settings = new QueueSettings(
                stored.vhost(), stored.name(), true, stored.autoDelete(), null, FieldTable.parse(stored.arguments()));
        String topic = QueueOptions.topicOf(settings.arguments());
        if (topic != null && storage.catalog().topic(topic).isEmpty()) {
            // The broker went between the topic's deletion and the queue's.
            var changes = Commit.builder();
            DefinitionWriter.undefine(changes, settings, stored.logId(), storage.catalog());
            return storage.commit(changes, Durability.WRITTEN).thenAccept(result -> {});
        }
        MessageQueue queue =
                host(stored.vhost()).recover(settings, loops.next(), stored.logId(), logCount(stored, settings));
        if (queue.readsTopic()) {
            return CompletableFuture.supplyAsync(() -> queue.openTopic(false), queue.owner())
                    .thenCompose(opened -> opened);
        }
        var attached = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < queue.logCount(); i++) {
            attached.add(recover(queue, stored.logId() + i));
        }
        return CompletableFuture.allOf(attached.toArray(new CompletableFuture<?>[0]));
    }

    /** Definitions of version 1 do not say; quorum queues had one log then. */
    static int logCount(Definition.Queue stored, QueueSettings settings) {
        if (stored.logCount() > 0) {
            return stored.logCount();
        }
        QueueOptions options = QueueOptions.of(settings.arguments());
        return options.type() == QueueType.QUORUM ? 1 : options.lanes();
    }

    private CompletableFuture<Void> recover(MessageQueue queue, long logId) {
        return storage.log(logId).thenCompose(log -> storage.ackSet(log.id(), 0)
                .thenComposeAsync(acks -> TransientMessages.drop(storage, log, acks), storage.readers())
                .thenCompose(acks -> recover(queue, log, acks)));
    }

    private CompletableFuture<Void> recover(MessageQueue queue, Log log, AckSetView acks) {
        return CompletableFuture.supplyAsync(() -> queue.backlogBytes(log, acks), storage.readers())
                .thenAcceptAsync(bytes -> queue.attachRecovered(log, acks, bytes), queue.owner());
    }

    private VirtualHost host(String name) {
        VirtualHost host = byName.get(name);
        if (host == null) {
            throw new IllegalStateException("the catalog has definitions for vhost '" + name + "', but no such vhost");
        }
        return host;
    }

    /** The names of all virtual hosts. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
