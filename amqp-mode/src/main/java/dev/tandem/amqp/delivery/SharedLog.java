package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogWatcher;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.RecordUnpacker;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a queue with {@code x-topic}: the records of a topic, each partition with an ack set of the queue's own.
 * Offsets are {@link Position}s.
 *
 * <p>The id of the queue's cursors comes from its log id, which no other queue ever has. The partitions are those the topic
 * has; ones that are added later are looked for, as Kafka's consumers look for them. A topic that is deleted takes its logs
 * along, and the virtual host is told that the queue has lost what it was made of.
 */
final class SharedLog implements QueueMessages {
    private static final Logger LOGGER = LoggerFactory.getLogger(SharedLog.class);
    private static final long LOOK_MILLIS = 1_000;

    private final StorageEngine storage;
    private final EventExecutor owner;
    private final AckWriter ackWriter;
    private final RecordUnpacker unpacker;
    private final String topic;
    private final int cursorId;
    private final Runnable wake;
    private final Runnable onLost;
    private final LogWatcher watcher = this::onMoved;
    /** Written by the owner, read by channels too. */
    private final List<SharedPartition> partitions = new CopyOnWriteArrayList<>();

    /** The partition whose message is next, if it has one. */
    private int turn;

    private @Nullable ScheduledFuture<?> looking;
    private boolean isOpening;
    private boolean isOver;

    /**
     * A topic's log, without partitions until it is opened.
     *
     * @param logId of the queue
     * @param wake called on the owner when there is more to read
     * @param onLost called on the owner when the topic is gone
     */
    SharedLog(
            StorageEngine storage,
            EventExecutor owner,
            AckWriter ackWriter,
            RecordUnpacker unpacker,
            String topic,
            long logId,
            Runnable wake,
            Runnable onLost) {
        this.storage = storage;
        this.owner = owner;
        this.ackWriter = ackWriter;
        this.unpacker = unpacker;
        this.topic = topic;
        this.cursorId = cursorIdOf(logId);
        this.wake = wake;
        this.onLost = onLost;
    }

    /** The cursors of the queue with a log id: never 0, which is the one of a log's private queue. */
    static int cursorIdOf(long logId) {
        int id = (int) logId & Integer.MAX_VALUE;
        return id == 0 ? Integer.MAX_VALUE : id;
    }

    /**
     * Takes up the partitions that the topic has; on the owner.
     *
     * @param isNew whether the queue was declared just now
     */
    CompletableFuture<Void> open(boolean isNew) {
        looking = owner.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return openFurther(isNew);
    }

    /** Looks for partitions that were added to the topic; nobody can have been delivered anything of them. */
    private void look() {
        openFurther(true).exceptionally(failure -> {
            LOGGER.warn("a partition of topic '{}' could not be opened", topic, failure);
            return null;
        });
    }

    private CompletableFuture<Void> openFurther(boolean isNew) {
        Optional<Definition.Topic> defined = storage.catalog().topic(topic);
        int known = partitions.size();
        if (isOver || isOpening) {
            return CompletableFuture.completedFuture(null);
        }
        if (defined.isEmpty()) {
            lost();
            return CompletableFuture.completedFuture(null);
        }
        List<Long> logIds = defined.get().logIds();
        if (logIds.size() <= known) {
            return CompletableFuture.completedFuture(null);
        }
        isOpening = true;
        var opened = new ArrayList<CompletableFuture<Opened>>();
        for (long logId : logIds.subList(known, Math.min(logIds.size(), Position.MAX_PARTITIONS))) {
            opened.add(storage.log(logId).thenCombine(storage.ackSet(logId, cursorId), Opened::new));
        }
        return CompletableFuture.allOf(opened.toArray(new CompletableFuture<?>[0]))
                .whenCompleteAsync(
                        (done, failure) -> {
                            isOpening = false;
                            if (failure == null && !isOver) {
                                opened.forEach(one -> attach(one.join(), isNew));
                                wake.run();
                            }
                        },
                        owner);
    }

    private void attach(Opened opened, boolean isNew) {
        var reader = new PartitionReader(
                storage, owner, unpacker, new RecordMessages(topic, partitions.size()), opened.log, wake);
        var cursor = new CursorAddress(opened.log.id(), cursorId);
        partitions.add(new SharedPartition(opened.log, reader, ackWriter, cursor, opened.acks, isNew));
        opened.log.watch(owner, watcher);
    }

    private void onMoved(Log moved) {
        if (isOver) {
            return;
        }
        if (moved.exists()) {
            wake.run();
        } else {
            lost();
        }
    }

    private void lost() {
        stopWatching();
        onLost.run();
    }

    @Override
    public List<Change> acknowledgements(LongArray positions) {
        var byPartition = new LongArray[partitions.size()];
        for (int i = 0; i < positions.size(); i++) {
            int partition = Position.partition(positions.get(i));
            if (byPartition[partition] == null) {
                byPartition[partition] = new LongArray();
            }
            byPartition[partition].add(Position.offset(positions.get(i)));
        }
        var changes = new ArrayList<Change>();
        for (int i = 0; i < byPartition.length; i++) {
            if (byPartition[i] != null) {
                CursorAddress cursor = partitions.get(i).cursor();
                changes.add(new Change.Acknowledge(cursor.logId(), cursor.cursorId(), byPartition[i].toRanges()));
            }
        }
        return changes;
    }

    // ---- what is ready: each partition in its order, one message of each in turn

    @Override
    public long readyCount() {
        long count = 0;
        for (SharedPartition partition : partitions) {
            count += partition.count();
        }
        return count;
    }

    @Override
    public boolean isEmpty() {
        return !findNext();
    }

    @Override
    public long nextPosition() {
        requireNext();
        return Position.of(turn, partitions.get(turn).nextOffset());
    }

    @Override
    public boolean take(long position) {
        turn = Position.partition(position);
        boolean again = partitions.get(turn).takeNext();
        turn++;
        return again;
    }

    @Override
    public void discardAll() {
        partitions.forEach(SharedPartition::discardAll);
    }

    /** Nothing expires here. */
    @Override
    public void settleIn() {}

    @Override
    public boolean isSettled(long position) {
        return true;
    }

    private void requireNext() {
        if (!findNext()) {
            throw new IllegalStateException("no message of topic '" + topic + "' is ready");
        }
    }

    /** Moves on to the next partition that has a message; false when none has. */
    private boolean findNext() {
        for (int i = 0; i < partitions.size(); i++) {
            int candidate = (turn + i) % partitions.size();
            if (!partitions.get(candidate).isEmpty()) {
                turn = candidate;
                return true;
            }
        }
        return false;
    }

    // ---- one message

    @Override
    public @Nullable MessageView read(long position) {
        return partition(position).read(Position.offset(position));
    }

    @Override
    public @Nullable StorageException failureAt(long position) {
        return partition(position).failureAt(Position.offset(position));
    }

    @Override
    public long offsetOf(long position) {
        return Position.offset(position);
    }

    @Override
    public boolean wasDelivered(long position) {
        return partition(position).wasDelivered(Position.offset(position));
    }

    @Override
    public void acknowledge(long position) {
        partition(position).acknowledge(Position.offset(position));
    }

    @Override
    public void forget(long position) {
        partition(position).forget(Position.offset(position));
    }

    @Override
    public void giveBack(long position) {
        partition(position).giveBack(Position.offset(position));
    }

    @Override
    public int deliveryCount(long position) {
        return partition(position).deliveryCount(Position.offset(position));
    }

    private SharedPartition partition(long position) {
        return partitions.get(Position.partition(position));
    }

    // ---- all partitions

    @Override
    public void endTurn() {
        partitions.forEach(SharedPartition::endTurn);
    }

    @Override
    public void idle() {
        partitions.forEach(SharedPartition::idle);
    }

    /** The messages are the topic's. */
    @Override
    public long sizeInBytes() {
        return 0;
    }

    @Override
    public void close() {
        stopWatching();
        endTurn();
        ackWriter.submit();
        for (SharedPartition partition : partitions) {
            CursorAddress cursor = partition.cursor();
            storage.submit(Commit.of(
                    new Change.StoreDeliveredEnd(cursor.logId(), cursor.cursorId(), partition.readPosition()),
                    Durability.WRITTEN,
                    owner,
                    result -> {
                        if (!result.isApplied()) {
                            LOGGER.warn(
                                    "the delivery position of log {} was not stored", cursor.logId(), result.error());
                        }
                    }));
        }
    }

    /** The cursors are deleted behind this: what is gathered goes first. */
    @Override
    public void delete() {
        stopWatching();
        endTurn();
        ackWriter.submit();
        idle();
    }

    private void stopWatching() {
        isOver = true;
        if (looking != null) {
            looking.cancel(false);
        }
        partitions.forEach(partition -> partition.log().unwatch(watcher));
    }

    private record Opened(Log log, AckSetView acks) {}
}
