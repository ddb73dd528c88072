package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.ChannelAccess;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ChannelPort;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.ChannelCredit;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.method.AccessMethod;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConfirmMethod;
import dev.tandem.amqp.method.ExchangeMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.method.TxMethod;
import dev.tandem.amqp.vhost.ServerNames;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.record.Slice;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel: hands each method to the handler of its class.
 *
 * <p>Methods take effect in order. While one of them waits (for a commit, for a queue on another event loop), those behind
 * it are kept, and when they become many the socket is not read.
 */
final class Channel implements ChannelPort {
    private static final Logger LOGGER = LoggerFactory.getLogger(Channel.class);
    private static final int MAX_DEFERRED = 64;

    private final ConnectionPort connection;
    private final int number;
    private final EventLoop loop;
    private final VirtualHost vhost;
    private final ChannelContext context;
    private final ChannelAccess access;
    private final ChannelCredit credit = new ChannelCredit();
    private final Deliveries deliveries;
    private final Publisher publisher;
    private final BasicHandler basicHandler;
    private final ExchangeHandler exchangeHandler;
    private final QueueHandler queueHandler;
    private final ConfirmHandler confirmHandler;
    private final TxHandler txHandler;
    private final ReplyConsumer replyConsumer;
    private final ChannelHandler channelHandler;
    private final AccessHandler accessHandler;
    private final Queue<Runnable> deferred = new ArrayDeque<>();
    private boolean busy;
    /** Goes on when the connection's output has drained. */
    private @Nullable Runnable whenWritable;

    private boolean readingPaused;
    private boolean closed;
    private String lastQueue = "";

    Channel(ConnectionPort connection, int number, VirtualHost vhost, ChannelContext context) {
        this.connection = connection;
        this.number = number;
        this.loop = connection.eventLoop();
        this.vhost = vhost;
        this.context = context;
        this.access = new ChannelAccess(context.access(), connection.user(), vhost.name());
        this.deliveries = new Deliveries(this);
        this.publisher = new Publisher(this, context);
        this.basicHandler = new BasicHandler(this);
        this.exchangeHandler = new ExchangeHandler(this);
        this.queueHandler = new QueueHandler(this);
        this.confirmHandler = new ConfirmHandler(this);
        this.txHandler = new TxHandler(this, context);
        this.replyConsumer = new ReplyConsumer(this, context.replies());
        this.channelHandler = new ChannelHandler(this);
        this.accessHandler = new AccessHandler(this);
    }

    // ---- what the connection calls

    @Override
    public void onMethod(Method method) {
        if (busy) {
            defer(method, () -> dispatch(method));
        } else {
            dispatch(method);
        }
    }

    @Override
    public void onContent(BasicMethod.Publish publish, ContentProperties properties, Slice body) {
        if (busy) {
            defer(publish, () -> publisher.publish(publish, properties, body));
        } else {
            publisher.publish(publish, properties, body);
        }
    }

    @Override
    public void onReadComplete() {
        publisher.flush();
        deliveries.flush();
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        deliveries.writable(writable);
        replyConsumer.writable();
        Runnable action = whenWritable;
        if (writable && action != null) {
            whenWritable = null;
            action.run();
        }
    }

    @Override
    public void onClosed() {
        closed = true;
        whenWritable = null;
        deferred.clear();
        resumeReading();
        publisher.close();
        txHandler.close();
        replyConsumer.cancel();
        deliveries.close();
    }

    // ---- what the handlers call

    ConnectionPort connection() {
        return connection;
    }

    int number() {
        return number;
    }

    VirtualHost vhost() {
        return vhost;
    }

    ChannelAccess access() {
        return access;
    }

    ServerNames names() {
        return context.names();
    }

    MessageCounters counters() {
        return context.counters();
    }

    ChannelCredit credit() {
        return credit;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Publisher publisher() {
        return publisher;
    }

    ReplyConsumer replyConsumer() {
        return replyConsumer;
    }

    /** Whether a name stands for a channel that waits for direct replies, or for any of them. */
    boolean isReplyQueue(String queue) {
        return queue.equals(DirectReplies.PSEUDO_QUEUE)
                || context.replies().find(queue).isPresent();
    }

    /** The open transaction; null when the channel is not transactional. */
    @Nullable
    Transaction transaction() {
        return txHandler.open();
    }

    boolean isClosed() {
        return closed;
    }

    void send(Method method) {
        connection.send(number, method);
    }

    /** Sends a reply unless the client wants none. */
    void reply(boolean nowait, Method method) {
        if (!nowait) {
            send(method);
        }
    }

    /** The queue that an empty name stands for is the one declared last on this channel. */
    String queueName(String name) {
        if (!name.isEmpty()) {
            return name;
        }
        if (lastQueue.isEmpty()) {
            throw QueueHandler.noQueueDeclared();
        }
        return lastQueue;
    }

    void lastQueue(String name) {
        lastQueue = name;
    }

    /** How long a delivery may stay unacknowledged where neither queue nor consumer say; zero for ever. */
    Duration consumerTimeout() {
        return context.consumerTimeout();
    }

    /** Runs on a queue's event loop: at once when that is this one. */
    void onQueue(MessageQueue queue, Runnable action) {
        if (queue.owner() == loop) {
            action.run();
        } else {
            queue.owner().execute(action);
        }
    }

    /** The queues of this channel's consumers may deliver again. */
    void wakeQueues() {
        deliveries.wakeQueues();
    }

    /** Goes on when what this channel published before is written. */
    void afterPublishes(Method method, Runnable action) {
        if (publisher.hasPending()) {
            busy = true;
            publisher.whenDrained(() -> proceed(method, action));
        } else {
            action.run();
        }
    }

    /**
     * Goes on when the connection's output has room: a request of some bytes may have an answer of many, and a client that
     * sends thousands must read what they bring.
     */
    void afterOutput(Method method, Runnable action) {
        if (connection.isWritable()) {
            action.run();
        } else {
            busy = true;
            whenWritable = () -> proceed(method, action);
        }
    }

    /** Goes on when a result is there; what it fails with closes the channel or the connection. */
    <T> void await(Method method, CompletableFuture<T> result, Consumer<? super T> then) {
        awaitOrElse(method, result, then, ignored -> {});
    }

    /** As {@link #await}; a result that comes when the channel is closed goes to {@code orElse}. */
    <T> void awaitOrElse(
            Method method, CompletableFuture<T> result, Consumer<? super T> then, Consumer<? super T> orElse) {
        if (result.isDone()) {
            T value;
            try {
                value = result.join();
            } catch (CompletionException e) {
                throw asAmqpException(method, e);
            }
            then.accept(value);
            return;
        }
        busy = true;
        result.whenComplete((value, failure) -> loop.execute(() -> {
            if (!closed) {
                proceed(method, () -> {
                    if (failure != null) {
                        throw asAmqpException(method, failure);
                    }
                    then.accept(value);
                });
            } else if (failure == null) {
                orElse.accept(value);
            }
        }));
    }

    /** A method that only the server sends, or that belongs elsewhere. */
    static AmqpException unexpected(Method method) {
        return new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method", method);
    }

    // ---- one after the other

    private void dispatch(Method method) {
        if (method instanceof BasicMethod basic) {
            basicHandler.handle(basic);
        } else if (method instanceof QueueMethod queue) {
            queueHandler.handle(queue);
        } else if (method instanceof ExchangeMethod exchange) {
            exchangeHandler.handle(exchange);
        } else if (method instanceof ConfirmMethod confirm) {
            confirmHandler.handle(confirm);
        } else if (method instanceof TxMethod tx) {
            txHandler.handle(tx);
        } else if (method instanceof ChannelMethod channelMethod) {
            channelHandler.handle(channelMethod);
        } else if (method instanceof AccessMethod access) {
            accessHandler.handle(access);
        } else {
            throw unexpected(method);
        }
    }

    private void defer(Method method, Runnable action) {
        deferred.add(() -> attempt(method, action));
        if (deferred.size() >= MAX_DEFERRED && !readingPaused) {
            readingPaused = true;
            connection.pauseReading(this);
        }
    }

    /** What was waited for is there: goes on with it, then with what came meanwhile. */
    private void proceed(Method method, Runnable action) {
        busy = false;
        if (closed) {
            return;
        }
        attempt(method, action);
        while (!busy && !closed && !deferred.isEmpty()) {
            deferred.remove().run();
        }
        if (!closed) {
            onReadComplete();
            if (!busy) {
                resumeReading();
            }
        }
    }

    private void resumeReading() {
        if (readingPaused) {
            readingPaused = false;
            connection.resumeReading(this);
        }
    }

    private void attempt(Method method, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            AmqpException error = asAmqpException(method, e);
            if (error.code().isHard()) {
                connection.closeConnection(error);
            } else {
                connection.closeChannel(number, error);
            }
        }
    }

    private AmqpException asAmqpException(Method method, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof AmqpException error) {
            return error.classId() == 0 ? new AmqpException(error.code(), messageOf(error), method) : error;
        }
        LOGGER.error("{} on {} channel {} failed", method.name(), connection.name(), number, cause);
        return new AmqpException(ReplyCode.INTERNAL_ERROR, method.name() + " failed", method);
    }

    private static String messageOf(AmqpException error) {
        return String.valueOf(error.getMessage());
    }
}
