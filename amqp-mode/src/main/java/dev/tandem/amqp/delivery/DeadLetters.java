package dev.tandem.amqp.delivery;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.deadletter.DeadLetter;
import dev.tandem.amqp.deadletter.DeathReason;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a queue drops to its dead letter exchange. Belongs to the queue's owner.
 *
 * <p>Dead letters leave in batches, one at a time: a commit that appends them to the queues they reach and acknowledges them
 * in this one, so that they are in one place or the other whatever happens. While it is on its way the next batch fills;
 * when that is full, nothing more is dropped: a storm takes the engine no more room than two batches. A batch without a
 * stored queue at either end needs no commit.
 *
 * <p>A dead letter that was settled by a consumer is known by its offset and read first. One that reaches no queue, or only
 * queues that reject it, is gone, as in RabbitMQ; unless the queue dead-letters at least once: then it is held, not
 * acknowledged, and tried again until all queues take it that it goes to.
 */
final class DeadLetters {
    private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetters.class);

    static final int MAX_BATCH = 1000;
    private static final long MAX_BATCH_BYTES = 1 << 20;
    private static final long RETRY_MILLIS = 1000;
    private static final long NOT_IN_THE_QUEUE = -1;

    private final MessageQueue queue;
    private final QueueHost host;
    private final Lanes lanes;
    private final QueueServices services;
    private final EventExecutor owner;
    private final String exchange;
    private final Slice exchangeName;
    private final @Nullable Slice routingKey;
    private final boolean atLeastOnce;
    /** What consumers dropped and was not read yet. */
    private final DroppedOffsets dropped = new DroppedOffsets();
    /** What had nowhere to go, of a queue that dead-letters at least once. */
    private final DroppedOffsets held = new DroppedOffsets();

    private long waiting;
    private long waitingBytes;
    private boolean retryIsDue;

    private DeadLetterBatch filling = new DeadLetterBatch();
    private boolean isBusy;

    /** The dead letters of a queue with a dead letter exchange. */
    DeadLetters(MessageQueue queue, QueueOptions options, QueueHost host, Lanes lanes, QueueServices services) {
        this.queue = queue;
        this.host = host;
        this.lanes = lanes;
        this.services = services;
        this.owner = queue.owner();
        this.atLeastOnce = options.deadLettersAtLeastOnce();
        this.exchange = Objects.requireNonNull(options.deadLetterExchange());
        this.exchangeName = ShortString.of(exchange).bytes();
        this.routingKey = options.deadLetterRoutingKey() == null
                ? null
                : ShortString.of(options.deadLetterRoutingKey()).bytes();
    }

    /** Whether one more may be dropped now; the queue is woken when it may again. */
    boolean hasRoom() {
        return filling.size() < MAX_BATCH && filling.bytes() < MAX_BATCH_BYTES;
    }

    /** How many messages the queue has let go of that are not where they go yet; only where that is promised. */
    long waitingCount() {
        return atLeastOnce ? waiting : 0;
    }

    /** Bytes of the bodies of {@link #waitingCount}, for a queue that counts them. */
    long waitingBytes() {
        return atLeastOnce ? waitingBytes : 0;
    }

    /** A message that the queue has let go of. */
    void add(MessageView message, DeathReason reason) {
        waiting++;
        waitingBytes += message.bodyLength();
        address(message, reason, message.bodyLength());
    }

    private void address(MessageView message, DeathReason reason, int countedBytes) {
        long now = services.clock().millis();
        var letter = DeadLetter.of(message, reason, queue.name(), exchangeName, routingKey, now);
        var admitting = new ArrayList<MessageQueue>(1);
        boolean isRejected = false;
        for (MessageQueue target : host.routeDeadLetter(exchange, letter.address())) {
            if (letter.isCycle(target.name())) {
                continue;
            }
            if (target.admit(letter.bodyLength())) {
                admitting.add(target);
            } else {
                isRejected = true;
            }
        }
        if (atLeastOnce && (isRejected || admitting.isEmpty())) {
            admitting.forEach(target -> target.withdraw(letter.bodyLength()));
            held.add(message.offset(), reason, countedBytes);
            retryLater();
        } else {
            filling.add(message.offset(), countedBytes);
            admitting.forEach(target -> append(letter, target, now));
        }
    }

    private void append(DeadLetter letter, MessageQueue target, long now) {
        target.statistics().published().increment();
        long expiresAt = target.expiryOf(now, Long.MAX_VALUE);
        Slice record = letter.encode(expiresAt);
        if (target.isStored()) {
            filling.addStored(
                    target,
                    new Change.AppendMessage(
                            target.logIdFor(letter.properties()),
                            record,
                            now,
                            expiresAt,
                            !target.keeps(letter.isPersistent())));
        } else {
            filling.addTransient(target, record);
        }
    }

    private void retryLater() {
        if (!retryIsDue) {
            retryIsDue = true;
            owner.schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Tries what is held once more, a batch of it: what has nowhere to go still is held behind the rest. */
    private void retry() {
        retryIsDue = false;
        if (queue.isDeleted()) {
            return;
        }
        for (int i = Math.min(held.size(), MAX_BATCH); i > 0; i--) {
            dropped.add(held.offset(), held.reason(), held.bodyLength());
            held.remove();
        }
        if (!held.isEmpty()) {
            retryLater();
        }
        queue.wake();
    }

    /** The queue is purged. */
    void discardHeld() {
        for (; !held.isEmpty(); held.remove()) {
            lanes.acknowledge(held.offset());
            waiting--;
            waitingBytes -= held.bodyLength();
        }
    }

    /** A message that the queue did not take, as it was about to be appended. */
    void addRejected(Slice record) {
        add(MessageView.read(record, NOT_IN_THE_QUEUE, 0), DeathReason.MAXLEN);
    }

    /**
     * A consumer is done with a message that the queue drops now.
     *
     * @param bodyLength as far as the queue counts bytes, else 0
     */
    void drop(long offset, DeathReason reason, int bodyLength) {
        waiting++;
        waitingBytes += bodyLength;
        dropped.add(offset, reason, bodyLength);
    }

    /**
     * Reads what consumers dropped.
     *
     * @return false while one of them is being fetched: the queue reads nothing else before it
     */
    boolean readDropped() {
        while (!dropped.isEmpty() && hasRoom()) {
            MessageView message = lanes.read(dropped.offset());
            if (message != null) {
                address(message, dropped.reason(), dropped.bodyLength());
            } else if (lanes.isDamaged(dropped.offset())) {
                filling.add(dropped.offset(), dropped.bodyLength());
            } else {
                return false;
            }
            dropped.remove();
        }
        return true;
    }

    /** Sends a batch on its way, unless one is. */
    void endTurn() {
        if (!isBusy && !filling.isEmpty()) {
            isBusy = true;
            DeadLetterBatch batch = filling;
            filling = new DeadLetterBatch();
            send(batch);
            queue.wakeLater(); // there is room for the next one
        }
    }

    private void send(DeadLetterBatch batch) {
        List<Change> changes = changesOf(batch);
        if (changes.isEmpty()) {
            arrived(batch);
        } else {
            services.commits()
                    .accept(new Commit(
                            changes, Durability.WRITTEN, owner, result -> onResult(batch, changes.size(), result)));
        }
    }

    /** What a batch changes in the queues that are stored and not deleted. */
    private List<Change> changesOf(DeadLetterBatch batch) {
        List<Change> changes = batch.appends();
        if (queue.isStored() && !queue.isDeleted() && !batch.offsets().isEmpty()) {
            changes.addAll(lanes.acknowledgements(batch.offsets()));
        }
        return changes;
    }

    private void onResult(DeadLetterBatch batch, int changes, CommitResult result) {
        if (result.isApplied()) {
            arrived(batch);
        } else if (changesOf(batch).size() < changes) {
            send(batch); // without the queue that was deleted meanwhile
        } else {
            if (!(result.error() instanceof WritesSuspended)) {
                LOGGER.warn("dead letters of {} were not stored, will be tried again", queue, result.error());
            }
            owner.schedule(() -> send(batch), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void arrived(DeadLetterBatch batch) {
        batch.transientAppends().forEach((target, records) -> {
            records.forEach(services.memory()::take);
            target.owner().execute(() -> target.append(records));
        });
        if (!queue.isStored() && !queue.isDeleted()) {
            LongArray offsets = batch.offsets();
            for (int i = 0; i < offsets.size(); i++) {
                lanes.acknowledge(offsets.get(i));
            }
        }
        waiting -= batch.size();
        waitingBytes -= batch.countedBytes();
        isBusy = false;
        if (queue.isDeleted()) {
            endTurn();
        } else {
            queue.wakeLater();
        }
    }
}
