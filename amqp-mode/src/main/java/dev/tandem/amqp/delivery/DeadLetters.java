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
 * <p>A dead letter that was settled by a consumer is known by its offset and read first. One that reaches no queue is gone, as
 * in RabbitMQ.
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
    /** What consumers dropped and was not read yet. */
    private final DroppedOffsets dropped = new DroppedOffsets();

    private DeadLetterBatch filling = new DeadLetterBatch();
    private boolean isBusy;

    /** The dead letters of a queue with a dead letter exchange. */
    DeadLetters(MessageQueue queue, QueueOptions options, QueueHost host, Lanes lanes, QueueServices services) {
        this.queue = queue;
        this.host = host;
        this.lanes = lanes;
        this.services = services;
        this.owner = queue.owner();
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

    /** A message that the queue has let go of. */
    void add(MessageView message, DeathReason reason) {
        long now = services.clock().millis();
        var letter = DeadLetter.of(message, reason, queue.name(), exchangeName, routingKey, now);
        filling.add(message.offset());
        for (MessageQueue target : host.routeDeadLetter(exchange, letter.address())) {
            if (!letter.isCycle(target.name())) {
                address(letter, target, now);
            }
        }
    }

    private void address(DeadLetter letter, MessageQueue target, long now) {
        target.published().increment();
        if (!target.admit(letter.bodyLength())) {
            return;
        }
        long expiresAt = target.expiryOf(now, Long.MAX_VALUE);
        Slice record = letter.encode(expiresAt);
        if (target.isStored()) {
            filling.addStored(
                    target,
                    new Change.AppendMessage(
                            target.logIdFor(letter.properties()), record, now, expiresAt, !letter.isPersistent()));
        } else {
            filling.addTransient(target, record);
        }
    }

    /** A message that the queue did not take, as it was about to be appended. */
    void addRejected(Slice record) {
        add(MessageView.read(record, NOT_IN_THE_QUEUE, 0), DeathReason.MAXLEN);
    }

    /** A consumer is done with a message that the queue drops now. */
    void drop(long offset, DeathReason reason) {
        dropped.add(offset, reason);
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
                add(message, dropped.reason());
            } else if (lanes.isDamaged(dropped.offset())) {
                filling.add(dropped.offset());
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
            queue.wake(); // there is room for the next one
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
        isBusy = false;
        if (queue.isDeleted()) {
            endTurn();
        } else {
            queue.wake();
        }
    }
}
