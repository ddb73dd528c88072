package dev.tandem.amqp.delivery;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.record.MessageView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue with logs of its own: a lane for each priority, which is a log of its own with its ready messages. Most queues have one.
 * {@link LaneOrder} says which comes first. Belongs to the queue's owner.
 *
 * <p>A message is named by a <em>position</em>: its priority and its offset, in one number. For the lowest priority, the only
 * one of most queues, that is the offset.
 */
final class Lanes implements QueueMessages {
    private static final int OFFSET_BITS = 55;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int CURSOR = 0;

    private final List<Lane> lanes = new ArrayList<>(1);
    private final List<ReadyMessages> readyMessages = new ArrayList<>(1);
    private final LaneOrder order;
    private final long firstLogId;

    private record Lane(QueueLog log, ReadyMessages ready) {}

    /**
     * Lanes of new or empty logs.
     *
     * @param order of the lanes, when there are several
     * @param logs makes the log of a priority
     * @param firstLogId the id of the lowest priority's log, when logs are stored; the others follow it
     */
    Lanes(int count, LaneOrder order, IntFunction<QueueLog> logs, long firstLogId) {
        this.order = count == 1 ? new LaneOrder.HighestFirst() : order;
        for (int i = 0; i < count; i++) {
            QueueLog log = logs.apply(i);
            var ready = new ReadyMessages(log);
            lanes.add(new Lane(log, ready));
            readyMessages.add(ready);
        }
        this.firstLogId = firstLogId;
    }

    int count() {
        return lanes.size();
    }

    /** The lane of a message; any thread. */
    int laneOf(ContentProperties properties) {
        return lanes.size() == 1 ? 0 : order.laneOf(properties.priority(), lanes.size());
    }

    /** The log of a priority. */
    QueueLog log(int lane) {
        return lanes.get(lane).log;
    }

    /** How many messages ever arrived. */
    long arrivedCount() {
        long count = 0;
        for (int i = 0; i < lanes.size(); i++) {
            count += lanes.get(i).log.end();
        }
        return count;
    }

    /** Takes over what the log of a priority knows of the time before this start of the broker. */
    void startFromLog(int lane) {
        lanes.get(lane).ready.startFromLog();
    }

    // ---- what is ready

    @Override
    public long readyCount() {
        long count = 0;
        for (int i = 0; i < lanes.size(); i++) {
            count += lanes.get(i).ready.count();
        }
        return count;
    }

    @Override
    public boolean isEmpty() {
        return order.next(readyMessages) < 0;
    }

    @Override
    public long nextPosition() {
        int lane = order.next(readyMessages);
        return position(lane, lanes.get(lane).ready.nextOffset());
    }

    @Override
    public boolean take(long position) {
        boolean again = ready(position).takeNext();
        if (!again) {
            order.taken();
        }
        return again;
    }

    @Override
    public void discardAll() {
        lanes.forEach(lane -> lane.ready.discardAll());
    }

    @Override
    public void settleIn() {
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).ready.settleIn();
        }
    }

    @Override
    public boolean isSettled(long position) {
        return ready(position).isSettled(offset(position));
    }

    // ---- one message

    @Override
    public @Nullable MessageView read(long position) {
        MessageView message = log(lane(position)).read(offset(position));
        return message == null || lane(position) == 0 ? message : message.withOffset(position);
    }

    @Override
    public @Nullable StorageException failureAt(long position) {
        return log(lane(position)).failureAt(offset(position));
    }

    boolean isDamaged(long position) {
        return log(lane(position)).isDamaged(offset(position));
    }

    @Override
    public boolean wasDelivered(long position) {
        return offset(position) < log(lane(position)).deliveredEnd();
    }

    @Override
    public void acknowledge(long position) {
        ready(position).acknowledge(offset(position));
    }

    @Override
    public void forget(long position) {
        ready(position).forget(offset(position));
    }

    @Override
    public void giveBack(long position) {
        ready(position).giveBack(offset(position));
    }

    @Override
    public int deliveryCount(long position) {
        return ready(position).deliveryCount(offset(position));
    }

    @Override
    public List<Change> acknowledgements(LongArray positions) {
        var changes = new ArrayList<Change>(1);
        long[] ranges = positions.toRanges();
        for (int from = 0; from < ranges.length; ) {
            int lane = lane(ranges[from]);
            int to = from;
            while (to < ranges.length && lane(ranges[to]) == lane) {
                to += 2;
            }
            long[] offsets = new long[to - from];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = ranges[from + i] - position(lane, 0);
            }
            changes.add(new Change.Acknowledge(firstLogId + lane, CURSOR, offsets));
            from = to;
        }
        return changes;
    }

    private ReadyMessages ready(long position) {
        return lanes.get(lane(position)).ready;
    }

    private static long position(int lane, long offset) {
        return (long) lane << OFFSET_BITS | offset;
    }

    private static int lane(long position) {
        return (int) (position >>> OFFSET_BITS);
    }

    private static long offset(long position) {
        return position & OFFSET_MASK;
    }

    @Override
    public long offsetOf(long position) {
        return offset(position);
    }

    // ---- all logs

    @Override
    public void endTurn() {
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).log.endTurn();
        }
    }

    /** Passes on the bytes of bodies that arrived since this was asked last, as far as they are known. */
    void countArrived(ReadyBytes all) {
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).log.countArrived(all);
        }
    }

    /** All was discarded, also what {@link #countArrived} passes on later. */
    void skipUncounted() {
        lanes.forEach(lane -> lane.log.skipUncounted(lane.ready.readPosition()));
    }

    @Override
    public void idle() {
        lanes.forEach(lane -> lane.log.idle());
    }

    @Override
    public long sizeInBytes() {
        return lanes.stream().mapToLong(lane -> lane.log.sizeInBytes()).sum();
    }

    @Override
    public void close() {
        lanes.forEach(lane -> lane.log.close(lane.ready.readPosition()));
    }

    @Override
    public void delete() {
        lanes.forEach(lane -> lane.log.delete());
    }
}
