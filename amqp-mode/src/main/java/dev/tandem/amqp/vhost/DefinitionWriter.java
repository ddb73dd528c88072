package dev.tandem.amqp.vhost;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueSettings;
import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Turns durable definitions into changes of the catalog: one commit per operation, answered when it is synced. */
final class DefinitionWriter {
    private final StorageEngine storage;
    private final Executor executor;
    private final String vhost;

    /** Results are delivered on {@code executor}. */
    DefinitionWriter(StorageEngine storage, Executor executor, String vhost) {
        this.storage = storage;
        this.executor = executor;
        this.vhost = vhost;
    }

    static void define(Commit.Builder changes, String vhost, Exchange exchange) {
        changes.add(new Change.Define(
                new Definition.Exchange(
                        vhost,
                        exchange.name(),
                        exchange.type().wireName(),
                        exchange.isAutoDelete(),
                        exchange.isInternal(),
                        exchange.arguments().bytes()),
                false));
    }

    Commit.Builder defineVhost() {
        return Commit.builder().add(new Change.Define(new Definition.Vhost(vhost), false));
    }

    void define(Commit.Builder changes, Exchange exchange) {
        define(changes, vhost, exchange);
    }

    void undefine(Commit.Builder changes, Exchange exchange) {
        changes.add(new Change.Undefine(Definition.Exchange.keyOf(vhost, exchange.name()), false));
    }

    void define(Commit.Builder changes, MessageQueue queue) {
        for (int i = 0; i < queue.logCount(); i++) {
            changes.add(new Change.CreateLog(queue.logId() + i, Change.CreateLog.Retention.ACKNOWLEDGED));
        }
        changes.add(new Change.Define(
                new Definition.Queue(
                        vhost,
                        queue.name(),
                        queue.logId(),
                        queue.logCount(),
                        queue.settings().autoDelete(),
                        queue.settings().arguments().bytes()),
                false));
    }

    void undefine(Commit.Builder changes, MessageQueue queue) {
        undefine(changes, queue.settings(), queue.logId(), storage.catalog());
        for (int i = 1; i < queue.logCount(); i++) {
            changes.add(new Change.DeleteLog(queue.logId() + i));
        }
    }

    /** Without logs of further priorities. */
    static void undefine(Commit.Builder changes, QueueSettings settings, long logId, Catalog catalog) {
        changes.add(new Change.Undefine(Definition.Queue.keyOf(settings.vhost(), settings.name()), false));
        changes.add(new Change.DeleteLog(logId));
        TopicQueues.dropCursors(changes, settings, logId, catalog);
    }

    void define(Commit.Builder changes, Binding binding) {
        changes.add(new Change.Define(definition(binding), false));
    }

    void undefine(Commit.Builder changes, Binding binding) {
        changes.add(new Change.Undefine(definition(binding).key(), false));
    }

    /** Submits changes, if there are any; the result fails with {@code 541 INTERNAL_ERROR}. */
    CompletableFuture<Void> submit(Commit.Builder changes) {
        if (changes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var done = new CompletableFuture<Void>();
        storage.submit(changes.build(Durability.SYNCED, executor, result -> {
            var error = result.error();
            if (error == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(new AmqpException(
                        ReplyCode.INTERNAL_ERROR, "the definition could not be stored: " + error.getMessage()));
            }
        }));
        return done;
    }

    private Definition.Binding definition(Binding binding) {
        return new Definition.Binding(
                vhost,
                binding.source().name(),
                binding.destination().kind(),
                binding.destination().name(),
                binding.routingKey(),
                binding.arguments().bytes());
    }
}
