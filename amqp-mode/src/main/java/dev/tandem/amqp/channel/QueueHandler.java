package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.ChannelAccess;
import dev.tandem.amqp.access.Permission;
import dev.tandem.amqp.access.Resource;
import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueCounts;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.vhost.BindingRequest;
import dev.tandem.amqp.vhost.QueueDeclaration;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.wire.FieldTable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Class queue (AMQP 0-9-1 §1.7). Answers when durable changes are synced; counts include what the same channel published
 * before.
 */
final class QueueHandler implements MethodHandler<QueueMethod> {
    private final Channel channel;
    private final VirtualHost vhost;
    private final ChannelAccess access;

    QueueHandler(Channel channel) {
        this.channel = channel;
        this.vhost = channel.vhost();
        this.access = channel.access();
    }

    @Override
    public void handle(QueueMethod method) {
        if (method instanceof QueueMethod.Declare declare) {
            channel.afterPublishes(declare, () -> declare(declare));
        } else if (method instanceof QueueMethod.Bind bind) {
            bind(bind);
        } else if (method instanceof QueueMethod.Unbind unbind) {
            unbind(unbind);
        } else if (method instanceof QueueMethod.Purge purge) {
            channel.afterPublishes(purge, () -> purge(purge));
        } else if (method instanceof QueueMethod.Delete delete) {
            channel.afterPublishes(delete, () -> delete(delete));
        } else {
            throw Channel.unexpected(method);
        }
    }

    private void declare(QueueMethod.Declare declare) {
        String name = Names.strip(declare.queue());
        if (name.equals(DirectReplies.PSEUDO_QUEUE) || DirectReplies.isAddress(name)) {
            declareReplyQueue(declare, name);
            return;
        }
        if (declare.passive()) {
            MessageQueue queue = vhost.queue(channel.queueName(name), channel.connection());
            answerDeclare(declare, CompletableFuture.completedFuture(queue));
            return;
        }
        boolean serverNamed = name.isEmpty();
        String queue = serverNamed ? channel.names().queue() : name;
        access.require(Permission.CONFIGURE, Resource.queue(queue));
        var wish = new QueueDeclaration(
                queue,
                serverNamed,
                declare.durable(),
                declare.exclusive(),
                declare.autoDelete(),
                declare.arguments(),
                channel.connection(),
                deadLetterRefusal(queue, declare.arguments()));
        answerDeclare(declare, vhost.declareQueue(wish));
    }

    /** A queue hands messages over to its dead letter exchange: who makes it must be allowed to read here and write there. */
    private @Nullable AmqpException deadLetterRefusal(String queue, FieldTable arguments) {
        String exchange = QueueOptions.deadLetterExchangeOf(arguments);
        if (exchange == null) {
            return null;
        }
        AmqpException refusal = access.refusal(Permission.READ, Resource.queue(queue));
        return refusal != null ? refusal : access.refusal(Permission.WRITE, Resource.exchange(exchange));
    }

    /** Every declaration of such a name is passive: who waits there is its one consumer (RabbitMQ, "Direct Reply-to"). */
    private void declareReplyQueue(QueueMethod.Declare declare, String name) {
        if (!channel.isReplyQueue(name)) {
            throw new AmqpException(
                    ReplyCode.NOT_FOUND, "no queue '" + name + "' in vhost '" + vhost.name() + "'", declare);
        }
        channel.lastQueue(name);
        channel.reply(declare.nowait(), new QueueMethod.DeclareOk(name, 0, 1));
    }

    private void answerDeclare(QueueMethod.Declare declare, CompletableFuture<MessageQueue> declared) {
        CompletableFuture<Declared> counted =
                declared.thenCompose(queue -> onOwner(queue, queue::declared).thenApply(c -> new Declared(queue, c)));
        channel.await(declare, counted, result -> {
            String name = result.queue.name();
            channel.lastQueue(name);
            channel.reply(
                    declare.nowait(),
                    new QueueMethod.DeclareOk(name, result.counts.ready(), result.counts.consumers()));
        });
    }

    private void bind(QueueMethod.Bind bind) {
        String exchange = Names.strip(bind.exchange());
        ExchangeHandler.forbidDefault(exchange, bind);
        // A queue and a key that are both left out stand for the last declared queue's name (§1.7.2.3).
        String queue = channel.queueName(Names.strip(bind.queue()));
        access.require(Permission.WRITE, Resource.queue(queue));
        access.require(Permission.READ, Resource.exchange(exchange));
        String key = bind.queue().isEmpty() && bind.routingKey().isEmpty() ? queue : bind.routingKey();
        channel.await(
                bind,
                vhost.bind(new BindingRequest(exchange, true, queue, key, bind.arguments(), channel.connection())),
                done -> channel.reply(bind.nowait(), new QueueMethod.BindOk()));
    }

    private void unbind(QueueMethod.Unbind unbind) {
        String exchange = Names.strip(unbind.exchange());
        ExchangeHandler.forbidDefault(exchange, unbind);
        String queue = channel.queueName(Names.strip(unbind.queue()));
        access.require(Permission.WRITE, Resource.queue(queue));
        access.require(Permission.READ, Resource.exchange(exchange));
        String key = unbind.queue().isEmpty() && unbind.routingKey().isEmpty() ? queue : unbind.routingKey();
        channel.await(
                unbind,
                vhost.unbind(new BindingRequest(exchange, true, queue, key, unbind.arguments(), channel.connection())),
                done -> channel.send(new QueueMethod.UnbindOk()));
    }

    private void purge(QueueMethod.Purge purge) {
        String name = channel.queueName(purge.queue());
        access.require(Permission.READ, Resource.queue(name));
        MessageQueue queue = vhost.queue(name, channel.connection());
        channel.await(
                purge,
                onOwner(queue, queue::purge),
                count -> channel.reply(purge.nowait(), new QueueMethod.PurgeOk(count)));
    }

    private void delete(QueueMethod.Delete delete) {
        String name = channel.queueName(Names.strip(delete.queue()));
        access.require(Permission.CONFIGURE, Resource.queue(name));
        channel.deliveries().flush(); // what was rejected before is dead-lettered
        CompletableFuture<Long> deleted = vhost.findQueue(name).isEmpty()
                ? CompletableFuture.completedFuture(0L)
                : vhost.deleteQueue(vhost.queue(name, channel.connection()), delete.ifUnused(), delete.ifEmpty());
        channel.await(delete, deleted, count -> channel.reply(delete.nowait(), new QueueMethod.DeleteOk(count)));
    }

    /** Asks a queue on its own event loop. */
    private static <T> CompletableFuture<T> onOwner(MessageQueue queue, java.util.function.Supplier<T> question) {
        if (queue.owner().inEventLoop()) {
            return CompletableFuture.completedFuture(question.get());
        }
        return CompletableFuture.supplyAsync(question, queue.owner());
    }

    private record Declared(MessageQueue queue, QueueCounts counts) {}

    /** No queue was declared on the channel, and the method names none. */
    static AmqpException noQueueDeclared() {
        return new AmqpException(ReplyCode.NOT_FOUND, "no previously declared queue");
    }
}
