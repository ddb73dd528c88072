package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.Permission;
import dev.tandem.amqp.access.Resource;
import dev.tandem.amqp.argument.Expiration;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.LongArray;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.directreply.DirectReply;
import dev.tandem.amqp.directreply.ReplyAddress;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.routing.Address;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.vhost.Route;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.nondurable.MemoryBudget;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.Slice;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel's publishes: encodes each message once, finds its queues, and at the end of the turn sends everything on its
 * way, one commit for all stored queues and one batch for each other queue. Confirms go out in the order of the publishes,
 * one for as many as are ready.
 *
 * <p>A confirm waits for the disk to be synced when the turn holds a message that a queue keeps over restarts, else for the
 * write.
 */
final class Publisher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Publisher.class);
    private static final int MAX_CACHED_ROUTES = 1024;

    private final Channel channel;
    private final ChannelContext context;
    private final ConnectionPort connection;
    private final EventLoop loop;
    private final Map<BasicMethod.Publish, Route> routes = new HashMap<>();
    private final Deque<PublishTurn> pending = new ArrayDeque<>();
    private final List<Runnable> whenDrained = new ArrayList<>();
    private final Map<MessageQueue, List<Slice>> batches = new LinkedHashMap<>();
    private final MemoryBudget memory;
    private final Backpressure backpressure;
    private StoredAppends appends = new StoredAppends();
    private BasicMethod.@Nullable Publish permitted;
    private int permittedVersion;
    private BasicMethod.@Nullable Publish lastPublish;
    private @Nullable Route lastRoute;
    private @Nullable Inspection lastInspection;
    private boolean confirms;
    private long sequence;
    private long lastConfirmed;
    private int turnMessages;
    private long turnMillis;
    private boolean turnIsPersistent;
    /** The numbers of this turn's publishes that a queue rejected, 0 without confirms. */
    private final LongArray turnRejections = new LongArray();

    private boolean holds;
    /** Waits for the transaction that this turn is. */
    private @Nullable Consumer<CommitOutcome> turnListener;

    Publisher(Channel channel, ChannelContext context) {
        this.channel = channel;
        this.context = context;
        this.connection = channel.connection();
        this.loop = connection.eventLoop();
        this.memory = context.storage().transientLogs().budget();
        this.backpressure = new Backpressure(connection, context.storage().budget(), memory);
    }

    /** From now on publishes are numbered from 1 and confirmed. */
    void selectConfirms() {
        if (!confirms) {
            flush();
            confirms = true;
        }
    }

    /** Takes one message. */
    void publish(BasicMethod.Publish publish, ContentProperties properties, Slice body) {
        if (publish.immediate()) {
            throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "immediate=true", publish);
        }
        requireWrite(publish);
        Inspection inspected = inspect(publish, properties);
        Route route = route(publish, inspected);
        Transaction transaction = channel.transaction();
        if (transaction == null) {
            deliver(publish, route, inspected.stored(), body);
        } else {
            transaction.hold(new HeldPublish(publish, route, inspected.stored(), body));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same publish again is the same object: spares the look-up
    private void requireWrite(BasicMethod.Publish publish) {
        int version = channel.access().version();
        if (publish != permitted || version != permittedVersion) {
            channel.access()
                    .require(
                            Permission.WRITE,
                            Resource.exchange(publish.exchange().toString()));
            permitted = publish;
            permittedVersion = version;
        }
    }

    /** Whether publishes are confirmed. */
    boolean confirms() {
        return confirms;
    }

    /**
     * Sends a transaction on its way, with a turn of its own.
     *
     * @param listener hears, when everything is synced, what became of it; also when the channel is gone
     */
    void commit(Transaction transaction, Consumer<CommitOutcome> listener) {
        flush();
        for (HeldPublish held : transaction.publishes()) {
            deliver(held.publish(), held.route(), held.properties(), held.body());
        }
        transaction
                .storedAcknowledgements()
                .forEach((consumer, offsets) -> appends.acknowledge(consumer.queue(), offsets));
        turnListener = listener;
        flush();
    }

    private void deliver(BasicMethod.Publish publish, Route route, ContentProperties properties, Slice body) {
        if (turnMessages++ == 0) {
            turnMillis = context.clock().millis();
        }
        if (confirms) {
            sequence++;
        }
        Exchange exchange = route.exchange();
        exchange.published().increment();
        boolean isAnswer = !route.replyAddresses().isEmpty() && answer(publish, route, properties, body);
        if (route.queues().isEmpty() && !isAnswer) {
            unroutable(publish, exchange, properties, body);
        } else {
            exchange.routed().increment();
            enqueue(publish, route, properties, body);
        }
    }

    /** Sends what was published in this turn on its way; while an alarm blocks the connection, later. */
    void flush() {
        if (turnMessages == 0 && turnListener == null) {
            return;
        }
        if (connection.isBlocked() && !channel.isClosed()) {
            if (!holds) {
                holds = true;
                connection.whenUnblocked(() -> {
                    holds = false;
                    flush();
                });
            }
            return;
        }
        context.counters().published().add(turnMessages);
        if (confirms) {
            context.counters().publishedConfirm().add(turnMessages);
        }
        turnMessages = 0;
        var turn = new PublishTurn(turnListener);
        turnListener = null;
        turn.lastSequence(sequence);
        for (int i = 0; i < turnRejections.size(); i++) {
            turn.reject(turnRejections.get(i));
        }
        turnRejections.clear();
        pending.add(turn);
        if (!appends.isEmpty()) {
            boolean waitsForSync = turn.isCommit() || (turnIsPersistent && confirms);
            submit(turn, appends, waitsForSync ? Durability.SYNCED : Durability.WRITTEN);
            appends = new StoredAppends();
            turnIsPersistent = false;
        }
        if (!batches.isEmpty()) {
            batches.forEach((queue, batch) -> append(turn, queue, batch));
            batches.clear();
        }
        advance();
        backpressure.check();
    }

    /** True while something published is not yet written or enqueued. */
    boolean hasPending() {
        return turnMessages > 0 || !pending.isEmpty();
    }

    /** Runs an action, on the event loop, once nothing is pending. */
    void whenDrained(Runnable action) {
        whenDrained.add(action);
        flush();
        advance();
    }

    /** The channel is gone: what came before goes its way, nobody is told. */
    void close() {
        flush();
        backpressure.close();
    }

    @SuppressWarnings("ReferenceEquality") // the same publish again is the same object: spares comparing its names
    private Route route(BasicMethod.Publish publish, Inspection inspected) {
        if (!inspected.furtherKeys().isEmpty()) {
            return findRoute(publish, inspected);
        }
        int version = channel.vhost().routingVersion();
        Route last = lastRoute;
        if (publish == lastPublish && last != null && last.version() == version) {
            return last;
        }
        Route cached = routes.get(publish);
        if (cached == null || cached.version() != version) {
            cached = findRoute(publish, inspected);
            if (!cached.goesByKeysAlone()) {
                return cached;
            }
            if (routes.size() >= MAX_CACHED_ROUTES) {
                routes.clear();
            }
            routes.put(publish, cached);
        }
        lastPublish = publish;
        lastRoute = cached;
        return cached;
    }

    private Route findRoute(BasicMethod.Publish publish, Inspection inspected) {
        var keys = new ArrayList<String>(1 + inspected.furtherKeys().size());
        keys.add(publish.routingKey().toString());
        keys.addAll(inspected.furtherKeys());
        return channel.vhost().route(publish.exchange().toString(), new Address(keys, inspected.received()));
    }

    @SuppressWarnings("ReferenceEquality") // as above, for properties
    private Inspection inspect(BasicMethod.Publish publish, ContentProperties properties) {
        Inspection last = lastInspection;
        if (last != null && last.received() == properties) {
            return last;
        }
        // A wrong exchange is told before wrong properties.
        channel.vhost().exchangeToPublishTo(publish.exchange().toString());
        Inspection inspected = Inspection.of(
                properties, publish, connection.user(), channel.replyConsumer().address());
        lastInspection = inspected;
        return inspected;
    }

    /** Requests carry another address from now on. */
    void replyAddressChanged() {
        lastInspection = null;
    }

    /** Sends an answer to those who asked; false when none of them is there any more. */
    private boolean answer(BasicMethod.Publish publish, Route route, ContentProperties properties, Slice body) {
        var reply =
                new DirectReply(publish.exchange().bytes(), publish.routingKey().bytes(), properties.bytes(), body);
        boolean found = false;
        for (String name : route.replyAddresses()) {
            ReplyAddress address = context.replies().find(name).orElse(null);
            if (address != null) {
                found = true;
                if (!address.deliver(reply)) {
                    context.counters().dropped("a channel did not read its direct replies");
                }
            }
        }
        return found;
    }

    private void unroutable(BasicMethod.Publish publish, Exchange exchange, ContentProperties properties, Slice body) {
        exchange.unroutable().increment();
        if (publish.mandatory()) {
            context.counters().returned().increment();
            connection.sendContent(
                    channel.number(),
                    new BasicMethod.Return(
                            ReplyCode.NO_ROUTE.code(), "NO_ROUTE", publish.exchange(), publish.routingKey()),
                    properties.bytes(),
                    body);
        } else {
            context.counters()
                    .dropped(
                            exchange.name().isEmpty()
                                    ? "no queue in vhost '" + connection.vhost()
                                            + "' has the name that is the routing key (default exchange)"
                                    : "no binding of " + exchange.describe() + " matches");
        }
    }

    private void enqueue(BasicMethod.Publish publish, Route route, ContentProperties properties, Slice body) {
        long expiresAt = properties
                .expiration()
                .map(text -> turnMillis + Expiration.parseMillis(text))
                .orElse(Long.MAX_VALUE);
        context.counters().routed().increment();
        var encodings = new MessageEncodings(publish, properties, body);
        List<MessageQueue> queues = admit(route.queues(), encodings, body, expiresAt);
        BodyReference shared = sharesBody(queues, body) ? appends.storeBody(body) : null;
        for (MessageQueue queue : queues) {
            long queueExpiresAt = queue.expiryOf(turnMillis, expiresAt);
            boolean isKept = queue.keeps(properties.isPersistent());
            turnIsPersistent |= isKept;
            if (!queue.isStored()) {
                Slice record = encodings.whole(queueExpiresAt);
                memory.take(record);
                batches.computeIfAbsent(queue, ignored -> new ArrayList<>()).add(record);
            } else if (shared != null) {
                Slice record = encodings.sharing(shared, queueExpiresAt);
                appends.add(
                        queue,
                        new Change.AppendMessage(
                                queue.logIdFor(properties), record, turnMillis, queueExpiresAt, !isKept, true),
                        body.length());
            } else {
                Slice record = encodings.whole(queueExpiresAt);
                appends.add(
                        queue,
                        new Change.AppendMessage(
                                queue.logIdFor(properties), record, turnMillis, queueExpiresAt, !isKept),
                        body.length());
            }
        }
    }

    /** The queues that take the message: all but those that are full and say so. */
    private List<MessageQueue> admit(
            List<MessageQueue> queues, MessageEncodings encodings, Slice body, long expiresAt) {
        List<MessageQueue> admitting = queues;
        for (int i = 0; i < queues.size(); i++) {
            MessageQueue queue = queues.get(i);
            queue.statistics().published().increment();
            if (!queue.admit(body.length())) {
                if (admitting == queues) {
                    admitting = new ArrayList<>(queues.subList(0, i));
                }
                turnRejections.add(sequence);
                if (queue.deadLettersRejected()) {
                    queue.deadLetterRejected(encodings.whole(queue.expiryOf(turnMillis, expiresAt)));
                }
            } else if (admitting != queues) {
                admitting.add(queue);
            }
        }
        return admitting;
    }

    /** Whether a body is stored once for all stored queues it goes to. */
    private static boolean sharesBody(List<MessageQueue> queues, Slice body) {
        return body.length() >= SharedBodies.MIN_BODY_BYTES
                && queues.stream().filter(MessageQueue::isStored).limit(2).count() == 2;
    }

    private void submit(PublishTurn turn, StoredAppends sent, Durability durability) {
        turn.begin();
        context.storage()
                .submit(new Commit(
                        sent.changes(), durability, loop, result -> onResult(turn, sent, durability, result)));
    }

    private void onResult(PublishTurn turn, StoredAppends sent, Durability durability, CommitResult result) {
        if (!result.isApplied()) {
            // A queue that was deleted between routing and apply takes its messages along, as if it had had them.
            StoredAppends rest = sent.withoutDeletedQueues();
            boolean isExplained = rest.size() < sent.size();
            if (isExplained && !rest.isEmpty()) {
                submit(turn, rest, durability);
            } else if (!isExplained && result.error() instanceof WritesSuspended && !confirms && !turn.isCommit()) {
                // Nobody would tell this publisher; blocked it is, but its message need not be lost.
                sent.withdraw();
                connection.whenUnblocked(() -> {
                    sent.admitAgain();
                    submit(turn, sent, durability);
                    turn.end(true);
                });
                return;
            } else if (!isExplained) {
                if (result.error() instanceof WritesSuspended) {
                    connection.whenUnblocked(() -> {}); // the engine has said why in the log
                } else {
                    LOGGER.warn("a publish of {} was not stored", connection.name(), result.error());
                }
                sent.withdraw();
                turn.end(false);
                advance();
                return;
            }
        }
        turn.end(true);
        advance();
    }

    private void append(PublishTurn turn, MessageQueue queue, List<Slice> batch) {
        if (queue.owner() == loop) {
            queue.append(batch);
            return;
        }
        turn.begin();
        queue.owner().execute(() -> {
            queue.append(batch);
            loop.execute(() -> {
                turn.end(true);
                advance();
            });
        });
    }

    /** Confirms what is complete, in order, and goes on with what waited for it. */
    private void advance() {
        long confirmed = 0;
        while (!pending.isEmpty() && pending.peek().isComplete()) {
            PublishTurn turn = pending.remove();
            turn.finish();
            if (turn.isFailed()) {
                confirm(confirmed, true);
                confirm(turn.lastSequence(), false);
                confirmed = 0;
            } else {
                for (long rejected : turn.rejected()) {
                    confirm(rejected - 1, true);
                    confirm(rejected, false);
                }
                confirmed = turn.lastSequence();
            }
        }
        confirm(confirmed, true);
        if (pending.isEmpty() && turnMessages == 0 && !whenDrained.isEmpty()) {
            var actions = List.copyOf(whenDrained);
            whenDrained.clear();
            actions.forEach(Runnable::run);
        }
    }

    private void confirm(long upTo, boolean success) {
        long count = upTo - lastConfirmed;
        if (upTo == 0 || count <= 0 || channel.isClosed()) {
            return;
        }
        lastConfirmed = upTo;
        if (success) {
            context.counters().confirmed().add(count);
            channel.send(new BasicMethod.Ack(upTo, count > 1));
        } else {
            channel.send(new BasicMethod.Nack(upTo, count > 1, false));
        }
    }
}
