package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.argument.QueueType;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.routing.Destination;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue: a log and an ack set.
 *
 * <p>What is ready is never listed: it is everything from the read position to the log's end, and the messages that were
 * returned, lowest offset first. A queue of millions takes no more heap than an empty one. Nor does the queue know which
 * message is unacknowledged where; it counts them, and each channel remembers its own.
 *
 * <p>All state belongs to the owner, an event loop. Whatever happens (the log grew, deliveries were settled, a consumer
 * came, an output drained) asks for a <em>turn</em>, one task however much has happened, in which waiting gets are
 * answered, consumers are served round robin, and acknowledgements leave as one change.
 */
public final class MessageQueue implements Destination {
    private static final Logger LOGGER = LoggerFactory.getLogger(MessageQueue.class);

    /** The log id of a queue that is not stored. */
    static final long NO_LOG = -1;

    private final QueueSettings settings;
    private final EventExecutor owner;
    /** The queue's own logs; of one that reads a topic they stay empty. */
    private final Lanes lanes;

    private final @Nullable SharedLog shared;
    private final QueueMessages messages;
    private final long logId;
    private final Runnable turn = this::turn;
    private final Runnable onUnused;
    private final Takers takers;
    private final QueueOptions options;
    private final HeadExpiry expiry;
    private final @Nullable QueueLease lease;
    private final LengthLimit limit;
    private final @Nullable ReadyBytes bytes;
    private final QueueHead head;
    private final QueueStatistics statistics;
    private boolean turnIsDue;
    private volatile boolean deleted;

    private MessageQueue(
            QueueSettings settings,
            EventExecutor owner,
            QueueServices services,
            LogMaker logMaker,
            @Nullable TopicMaker topicMaker,
            long logId,
            int logCount,
            QueueHost host) {
        this.settings = settings;
        this.options = QueueOptions.of(settings.arguments());
        this.owner = owner;
        this.statistics = new QueueStatistics(services.counters());
        this.logId = logId;
        this.onUnused = () -> host.onUnused(this);
        LaneOrder order = options.type() == QueueType.QUORUM ? new LaneOrder.TwoToOne() : new LaneOrder.HighestFirst();
        this.lanes = new Lanes(logCount, order, lane -> logMaker.make(this::wake, lane), logId);
        this.shared = topicMaker == null ? null : topicMaker.make(this::wake, () -> host.onLost(this));
        this.messages = shared == null ? lanes : shared;
        this.expiry = new HeadExpiry(owner, services.clock(), this::wake);
        this.limit = new LengthLimit(options);
        this.lease = options.hasExpires()
                ? new QueueLease(options.expiresMillis(), owner, services.clock(), onUnused)
                : null;
        if (QueueOptions.asksForAtLeastOnce(settings.arguments())
                && !(options.deadLettersAtLeastOnce() && options.hasDeadLetterExchange())) {
            LOGGER.warn(
                    "{} does not dead-letter at least once: that takes x-dead-letter-exchange and x-overflow=reject-publish",
                    settings.describe());
        }
        DeadLetters deadLetters =
                options.hasDeadLetterExchange() ? new DeadLetters(this, options, host, lanes, services) : null;
        this.bytes = options.maxLengthBytes() == QueueOptions.UNLIMITED ? null : new ReadyBytes(lanes);
        this.head = new QueueHead(messages, expiry, limit, bytes, deadLetters, options, this::wakeLater);
        this.takers = new Takers(settings, options, messages, head, statistics, new TakersListener());
        if (lease != null) {
            owner.execute(lease::renew);
        }
    }

    /** A queue over any logs. */
    static MessageQueue over(
            QueueSettings settings,
            EventExecutor owner,
            QueueServices services,
            LogMaker logMaker,
            long logId,
            int logCount,
            QueueHost host) {
        return new MessageQueue(settings, owner, services, logMaker, null, logId, logCount, host);
    }

    /** A queue over a topic. */
    static MessageQueue overTopic(
            QueueSettings settings,
            EventExecutor owner,
            QueueServices services,
            LogMaker logMaker,
            TopicMaker topicMaker,
            long logId,
            QueueHost host) {
        return new MessageQueue(settings, owner, services, logMaker, topicMaker, logId, 1, host);
    }

    public QueueSettings settings() {
        return settings;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String kind() {
        return "queue";
    }

    @Override
    public boolean isDurable() {
        return settings.durable();
    }

    /** The event loop that everything else here runs on, unless it says otherwise. */
    public EventExecutor owner() {
        return owner;
    }

    /** True when messages reach it by commits, false when by {@link #append}; any thread. */
    public boolean isStored() {
        return logId != NO_LOG;
    }

    /** Whether a message outlives the broker in it: a quorum queue keeps all, whatever their delivery mode; any thread. */
    public boolean keeps(boolean persistent) {
        return isStored() && (persistent || options.type() == QueueType.QUORUM);
    }

    /** The id of the first log of a stored queue, the lowest priority's; any thread. */
    public long logId() {
        return logId;
    }

    /** Whether it reads a topic: nothing is published to it, and its messages are the topic's; any thread. */
    public boolean readsTopic() {
        return shared != null;
    }

    /** How many logs a stored queue has, one for each priority; their ids follow one another. Any thread. */
    public int logCount() {
        return lanes.count();
    }

    /** The log of a stored queue that a message goes to; any thread. */
    public long logIdFor(ContentProperties properties) {
        return logId + lanes.laneOf(properties);
    }

    /** The changes that acknowledge messages of a stored queue; any thread. */
    public List<Change> acknowledgements(LongArray positions) {
        return messages.acknowledgements(positions);
    }

    /** Any thread. */
    public boolean isDeleted() {
        return deleted;
    }

    /** What went through it; any thread. */
    public QueueStatistics statistics() {
        return statistics;
    }

    /** Any thread. */
    public long sizeInBytes() {
        return messages.sizeInBytes();
    }

    /** As of now. */
    public QueueCounts counts() {
        assertOwner();
        return new QueueCounts(head.readyCount(), takers.unacked(), takers.consumerCount());
    }

    /** It was declared, or asked for by name: its counts, as of now. */
    public QueueCounts declared() {
        assertOwner();
        renewLease();
        return counts();
    }

    /** A log of a stored queue that was declared just now exists. */
    public void attachCreated(Log created) {
        assertOwner();
        ((StoredQueueLog) lanes.log((int) (created.id() - logId))).attachCreated(created);
        wake();
    }

    /** What a log of a queue that was there when the broker started counts for its limit; blocks: reader pool only. */
    public long backlogBytes(Log found, AckSetView acks) {
        return bytes == null ? 0 : BacklogBytes.of(found, acks);
    }

    /** A log of a queue that was there when the broker started, with its {@link #backlogBytes}. */
    public void attachRecovered(Log found, AckSetView acks, long backlogBytes) {
        assertOwner();
        int lane = (int) (found.id() - logId);
        ((StoredQueueLog) lanes.log(lane)).attachRecovered(found, acks);
        if (bytes != null) {
            bytes.startWith(backlogBytes);
        }
        startFromLog(lane);
    }

    /**
     * Takes up the topic of a queue that reads one; on the owner.
     *
     * @param isNew whether the queue was declared just now
     */
    public CompletableFuture<Void> openTopic(boolean isNew) {
        assertOwner();
        return java.util.Objects.requireNonNull(shared).open(isNew);
    }

    /** Takes over what a log knows of the time before this start of the broker. */
    void startFromLog(int lane) {
        lanes.startFromLog(lane);
        limit.startWith(lanes.log(lane).end());
        expiry.expect();
        updateLimit();
        wake();
    }

    /**
     * Appends encoded records to a queue that is not stored; the queue has admitted them, and the memory budget counted them
     * in.
     */
    public void append(List<Slice> records) {
        assertOwner();
        for (int i = 0; i < records.size(); i++) {
            ((TransientQueueLog) lanes.log(laneOf(records.get(i)))).append(records.get(i));
        }
        if (deleted) {
            lanes.delete();
        } else {
            wake();
        }
    }

    private int laneOf(Slice record) {
        return lanes.count() == 1
                ? 0
                : lanes.laneOf(
                        ContentProperties.parse(MessageView.read(record, 0, 0).properties()));
    }

    /**
     * Lets a message in, or rejects it: a queue that is full may. To be asked once for every message, before it is on its way;
     * any thread.
     */
    public boolean admit(int bodyLength) {
        return limit.admit(bodyLength);
    }

    /** A message that was let in is not on its way any more; any thread. */
    public void withdraw(int bodyLength) {
        limit.withdraw(bodyLength);
    }

    /** A message that was withdrawn is on its way again; any thread. */
    public void admitAgain(int bodyLength) {
        limit.admitAgain(bodyLength);
    }

    /** Whether what the queue rejects is dead-lettered; any thread. */
    public boolean deadLettersRejected() {
        return head.deadLettersRejected();
    }

    /** The queue rejected a message, which is dead-lettered; any thread. */
    public void deadLetterRejected(Slice record) {
        owner.execute(() -> {
            head.addRejected(record);
            wake();
        });
    }

    /**
     * When a message that is on its way to the queue expires there; any thread.
     *
     * @param expiresAtMillis when it expires by itself, {@link Long#MAX_VALUE} for never
     */
    public long expiryOf(long arrivalMillis, long expiresAtMillis) {
        long expiresAt = options.expiryOf(arrivalMillis, expiresAtMillis);
        if (expiresAt != Long.MAX_VALUE) {
            expiry.expect();
        }
        return expiresAt;
    }

    /** Asks for a turn; any thread. */
    public void wake() {
        if (!owner.inEventLoop()) {
            owner.execute(this::wake);
        } else if (!turnIsDue) {
            turnIsDue = true;
            owner.execute(turn);
        }
    }

    /**
     * Asks for a turn because the last one left something to do. Its task goes where timers go: an event loop runs whatever
     * tasks it has for up to a second before it looks at its sockets and timers again, and would not for a queue that is
     * always woken.
     */
    void wakeLater() {
        if (!turnIsDue) {
            turnIsDue = true;
            owner.schedule(turn, 0, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Adds a consumer.
     *
     * @throws AmqpException when exclusive use forbids it or the queue is gone
     */
    public void add(Consumer consumer) {
        assertOwner();
        if (deleted) {
            throw new AmqpException(ReplyCode.NOT_FOUND, "no " + settings.describe());
        }
        takers.add(consumer);
        if (lease != null) {
            lease.inUse(true);
        }
        showCounts();
        wake();
    }

    /** Removes a consumer; what it has unacknowledged stays so. */
    public void remove(Consumer consumer) {
        assertOwner();
        if (!takers.remove(consumer)) {
            return;
        }
        showCounts();
        wake(); // where one consumer alone is active, another is now
        if (!takers.hasConsumers()) {
            messages.idle();
            if (lease != null && !deleted) {
                lease.inUse(false);
            }
            if (settings.autoDelete() && !deleted) {
                onUnused.run();
            }
        }
    }

    /** Takes one message, at once or when it has been read. */
    public void get(Consumer taker, GetListener listener) {
        assertOwner();
        renewLease();
        takers.addGet(taker, listener);
        takers.serveGets();
        endTurn();
    }

    /** Deliveries of a consumer were settled: acknowledged, gone back to where they were, or wanted by nobody. */
    public void settle(Consumer consumer, LongArray acks, LongArray returns, LongArray rejects) {
        assertOwner();
        takers.settled(consumer, acks.size() + returns.size() + rejects.size());
        if (deleted) {
            return;
        }
        for (int i = 0; i < acks.size(); i++) {
            head.acknowledge(acks.get(i));
        }
        for (int i = 0; i < rejects.size(); i++) {
            head.reject(rejects.get(i));
        }
        statistics.countAcknowledged(acks.size() + rejects.size());
        for (int i = 0; i < returns.size(); i++) {
            head.giveBack(returns.get(i));
        }
        wake();
    }

    /** Deliveries of a consumer were acknowledged by a commit: the log knows already. */
    void settleStored(Consumer consumer, LongArray acks) {
        assertOwner();
        takers.settled(consumer, acks.size());
        if (deleted) {
            return;
        }
        for (int i = 0; i < acks.size(); i++) {
            head.forget(acks.get(i));
        }
        statistics.countAcknowledged(acks.size());
        wake();
    }

    /** How often a message of the queue was delivered and came back; over restarts when the queue is stored. */
    public int deliveryCount(long offset) {
        assertOwner();
        return messages.deliveryCount(offset);
    }

    /** Discards the ready messages; the result is how many. */
    public long purge() {
        assertOwner();
        long count = head.purge();
        endTurn();
        return count;
    }

    /**
     * Deletes the queue: nothing is delivered from it any more, its consumers are told, its messages are gone.
     *
     * @return how many messages were ready
     * @throws AmqpException when it is in use, or not empty, and must not be
     */
    public long delete(boolean ifUnused, boolean ifEmpty) {
        assertOwner();
        if (deleted) {
            return 0;
        }
        if (ifUnused && takers.hasConsumers()) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, settings.describe() + " in use");
        }
        long count = head.readyCount();
        if (ifEmpty && count > 0) {
            throw new AmqpException(ReplyCode.PRECONDITION_FAILED, settings.describe() + " not empty");
        }
        head.end();
        deleted = true;
        if (lease != null) {
            lease.end();
        }
        takers.end();
        messages.delete();
        showCounts();
        return count;
    }

    /** A clean stop: what was delivered once is marked. */
    public void close() {
        assertOwner();
        head.endTurn();
        messages.close();
    }

    private void turn() {
        turnIsDue = false;
        if (deleted) {
            return;
        }
        if (!head.beginTurn()) {
            endReading();
            return;
        }
        takers.serveGets();
        if (takers.serveConsumers()) {
            messages.settleIn();
        }
        head.dropExcess();
        endTurn();
    }

    private void endTurn() {
        if (!deleted && head.watch() && !takers.hasConsumers()) {
            messages.idle();
        }
        endReading();
    }

    private void endReading() {
        updateLimit();
        head.endTurn();
        messages.endTurn();
        showCounts();
    }

    private void renewLease() {
        if (lease != null) {
            lease.renew();
        }
    }

    private void showCounts() {
        statistics.show(deleted ? 0 : head.readyCount(), takers.unacked(), takers.consumerCount());
    }

    private void updateLimit() {
        if (limit.rejects()) {
            head.updateLimit(lanes.arrivedCount(), takers.deliverable());
        }
    }

    private void assertOwner() {
        if (!owner.inEventLoop()) {
            throw new IllegalStateException(settings.describe() + " was used outside its event loop");
        }
    }

    @Override
    public String toString() {
        return settings.describe();
    }

    private final class TakersListener implements Takers.Listener {
        @Override
        public void onTaken() {
            updateLimit();
        }

        @Override
        public void onTurnOver() {
            wakeLater();
        }

        @Override
        public void onConsumersCancelled() {
            if (lease != null) {
                lease.inUse(false);
            }
            showCounts();
        }
    }

    /** Makes the queue's log of a priority, given how to wake the queue. */
    @FunctionalInterface
    interface LogMaker {
        QueueLog make(Runnable wake, int lane);
    }

    /** Makes the view on a topic, given how to wake the queue, and how to tell that the topic is gone. */
    @FunctionalInterface
    interface TopicMaker {
        SharedLog make(Runnable wake, Runnable onLost);
    }
}
