package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.Permission;
import dev.tandem.amqp.access.Resource;
import dev.tandem.amqp.argument.ConsumerArguments;
import dev.tandem.amqp.argument.ConsumptionOptions;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.Consumer;
import dev.tandem.amqp.delivery.GetListener;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.Outcome;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.MessageView;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Class basic (AMQP 0-9-1 §1.8) but for publishing, which is the {@link Publisher}'s. {@code basic.qos} as RabbitMQ reads
 * it: without {@code global} it is for each consumer started afterwards, with it for the channel as a whole.
 */
final class BasicHandler implements MethodHandler<BasicMethod> {
    private final Channel channel;
    private final VirtualHost vhost;
    private int prefetchCount;

    BasicHandler(Channel channel) {
        this.channel = channel;
        this.vhost = channel.vhost();
    }

    @Override
    public void handle(BasicMethod method) {
        if (method instanceof BasicMethod.Ack ack) {
            settle(ack, ack.deliveryTag(), ack.multiple(), Outcome.ACKNOWLEDGED);
        } else if (method instanceof BasicMethod.Nack nack) {
            settle(nack, nack.deliveryTag(), nack.multiple(), rejection(nack.requeue()));
        } else if (method instanceof BasicMethod.Reject reject) {
            settle(reject, reject.deliveryTag(), false, rejection(reject.requeue()));
        } else if (method instanceof BasicMethod.Get get) {
            channel.afterOutput(get, () -> channel.afterPublishes(get, () -> get(get)));
        } else if (method instanceof BasicMethod.Consume consume) {
            channel.afterPublishes(consume, () -> consume(consume));
        } else if (method instanceof BasicMethod.Cancel cancel) {
            cancel(cancel);
        } else if (method instanceof BasicMethod.Qos qos) {
            qos(qos);
        } else if (method instanceof BasicMethod.Recover recover) {
            recover(recover, recover.requeue());
            channel.send(new BasicMethod.RecoverOk());
        } else if (method instanceof BasicMethod.RecoverAsync recover) {
            recover(recover, recover.requeue());
        } else {
            throw Channel.unexpected(method);
        }
    }

    private static Outcome rejection(boolean requeue) {
        return requeue ? Outcome.REQUEUED : Outcome.REJECTED;
    }

    private void settle(BasicMethod method, long tag, boolean multiple, Outcome outcome) {
        boolean known = multiple
                ? channel.deliveries().settleUpTo(tag, outcome)
                : channel.deliveries().settle(tag, outcome);
        if (!known) {
            throw new AmqpException(
                    ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag), method);
        }
    }

    private void recover(BasicMethod method, boolean requeue) {
        if (!requeue) {
            throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "requeue=false", method);
        }
        channel.deliveries().returnAll();
    }

    private void qos(BasicMethod.Qos qos) {
        if (qos.prefetchSize() != 0) {
            throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + qos.prefetchSize() + ")", qos);
        }
        if (!qos.global()) {
            prefetchCount = qos.prefetchCount();
        }
        // A limit per consumer lifts that of the channel, as in RabbitMQ; the other way round both hold.
        channel.credit().limit(qos.global() ? qos.prefetchCount() : 0);
        channel.wakeQueues();
        channel.send(new BasicMethod.QosOk());
    }

    private void consume(BasicMethod.Consume consume) {
        String tag = consume.consumerTag().isEmpty() ? channel.names().consumerTag() : consume.consumerTag();
        if (channel.deliveries().hasConsumer(tag) || channel.replyConsumer().hasTag(tag)) {
            throw new AmqpException(ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'", consume);
        }
        if (consume.queue().equals(DirectReplies.PSEUDO_QUEUE)) {
            channel.replyConsumer().consume(consume, tag);
            return;
        }
        MessageQueue queue = queueToRead(consume.queue());
        ConsumerArguments.check(consume.arguments(), queue.settings().describe());
        var consumer = Consumer.of(
                queue,
                channel.deliveries(),
                ShortString.of(tag),
                consume.noAck(),
                consume.exclusive(),
                prefetchCount,
                consume.arguments());
        limitTime(consumer);
        channel.deliveries().add(consumer);
        var added = new CompletableFuture<@Nullable Void>();
        channel.onQueue(queue, () -> {
            try {
                queue.add(consumer);
                added.complete(null);
            } catch (AmqpException e) {
                added.completeExceptionally(e);
            }
        });
        channel.await(consume, added, done -> channel.reply(consume.nowait(), new BasicMethod.ConsumeOk(tag)));
    }

    private void cancel(BasicMethod.Cancel cancel) {
        Consumer consumer = channel.deliveries().remove(cancel.consumerTag());
        if (consumer == null) {
            if (channel.replyConsumer().hasTag(cancel.consumerTag())) {
                channel.replyConsumer().cancel();
            }
            channel.reply(cancel.nowait(), new BasicMethod.CancelOk(cancel.consumerTag()));
            return;
        }
        var removed = new CompletableFuture<@Nullable Void>();
        channel.onQueue(consumer.queue(), () -> {
            consumer.queue().remove(consumer);
            removed.complete(null);
        });
        channel.await(
                cancel,
                removed,
                done -> channel.reply(cancel.nowait(), new BasicMethod.CancelOk(cancel.consumerTag())));
    }

    private void get(BasicMethod.Get get) {
        MessageQueue queue = queueToRead(get.queue());
        ConsumptionOptions options = ConsumptionOptions.of(queue.settings().arguments());
        if (options.singleActiveConsumer() && options.quorum()) {
            throw new AmqpException(
                    ReplyCode.RESOURCE_LOCKED,
                    "cannot obtain access to locked " + queue.settings().describe()
                            + ". basic.get operations are not supported by quorum queues with single active consumer",
                    get);
        }
        channel.deliveries().flush();
        var taker = Consumer.forGet(queue, channel.deliveries(), get.noAck());
        limitTime(taker);
        var found = new CompletableFuture<Got>();
        channel.onQueue(queue, () -> queue.get(taker, new Getting(found)));
        channel.awaitOrElse(
                get,
                found,
                got -> {
                    if (got.message == null) {
                        channel.counters().getEmpty().increment();
                        channel.send(new BasicMethod.GetEmpty());
                    } else {
                        channel.deliveries().got(taker, got.message, got.redelivered, got.remaining);
                    }
                },
                got -> channel.deliveries().giveBackUndelivered(taker, got.message));
    }

    private MessageQueue queueToRead(String asked) {
        String name = channel.queueName(asked);
        channel.access().require(Permission.READ, Resource.queue(name));
        return vhost.queue(name, channel.connection());
    }

    private void limitTime(Consumer consumer) {
        ConsumptionOptions queue =
                ConsumptionOptions.of(consumer.queue().settings().arguments());
        consumer.limitTimeTo(ConsumerArguments.timeoutMillis(
                consumer.arguments(), queue, channel.consumerTimeout().toMillis()));
    }

    private record Got(@Nullable MessageView message, boolean redelivered, long remaining) {}

    private record Getting(CompletableFuture<Got> found) implements GetListener {
        @Override
        public void onMessage(@Nullable MessageView message, boolean redelivered, long remaining) {
            found.complete(new Got(message, redelivered, remaining));
        }

        @Override
        public void onUnreadable(AmqpException error) {
            found.completeExceptionally(error);
        }
    }
}
