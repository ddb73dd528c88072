package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.MessageView;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a topic as one queue sees it: an ack set over the log, up to the high watermark. Offsets here are the
 * log's. What holds no message, for it is a control batch or was compacted away, counts as acknowledged; what retention took
 * is below the floor. Belongs to the queue's owner.
 */
final class SharedPartition {
    private final Log log;
    private final PartitionReader reader;
    private final AckWriter ackWriter;
    private final CursorAddress cursor;
    private final ReturnedOffsets returned = new ReturnedOffsets();
    private final DeliveryCounts deliveries;
    private final LongArray acknowledged = new LongArray();
    private final LongArray counted = new LongArray();
    private final long deliveredEnd;
    private @Nullable AckSetView recovered;
    private long readPosition;
    private long acknowledgedAhead;

    /**
     * A partition that is read on from where its ack set stands.
     *
     * @param isNew whether the queue was declared just now: nothing was delivered before
     */
    SharedPartition(
            Log log,
            PartitionReader reader,
            AckWriter ackWriter,
            CursorAddress cursor,
            AckSetView acks,
            boolean isNew) {
        this.log = log;
        this.reader = reader;
        this.ackWriter = ackWriter;
        this.cursor = cursor;
        this.recovered = acks;
        this.deliveries = acks.deliveryCounts();
        this.deliveredEnd = isNew ? 0 : Math.min(acks.deliveredEnd(), log.writtenEnd());
        this.readPosition = acks.nextUnacknowledged(Math.max(acks.floor(), log.startOffset()));
        this.acknowledgedAhead = acks.acknowledgedBetween(readPosition, Math.max(readPosition, acks.end()));
    }

    CursorAddress cursor() {
        return cursor;
    }

    long count() {
        pass();
        return Math.max(0, end() - readPosition - acknowledgedAhead) + returned.size();
    }

    boolean isEmpty() {
        pass();
        return returned.isEmpty() && readPosition >= end();
    }

    /** The offset of the next message; there is one. */
    long nextOffset() {
        pass();
        return returned.isEmpty() ? readPosition : returned.lowest();
    }

    /** Takes the next message out; true when it had been returned. */
    boolean takeNext() {
        pass();
        if (!returned.isEmpty()) {
            returned.removeLowest();
            return true;
        }
        readPosition++;
        return false;
    }

    boolean wasDelivered(long offset) {
        return offset < deliveredEnd;
    }

    void giveBack(long offset) {
        returned.add(offset);
        deliveries.increment(offset);
        counted.add(offset);
    }

    int deliveryCount(long offset) {
        return deliveries.of(offset);
    }

    void acknowledge(long offset) {
        forget(offset);
        acknowledged.add(offset);
    }

    void forget(long offset) {
        deliveries.remove(offset);
    }

    void discardAll() {
        while (!returned.isEmpty()) {
            acknowledge(returned.removeLowest());
        }
        long end = end();
        if (readPosition < end) {
            deliveries.remove(readPosition, end);
            ackWriter.acknowledge(cursor, new long[] {readPosition, end});
            moveTo(end);
        }
    }

    @Nullable
    MessageView read(long offset) {
        return reader.read(offset);
    }

    @Nullable
    StorageException failureAt(long offset) {
        return reader.failureAt(offset);
    }

    void endTurn() {
        if (!log.exists()) {
            counted.clear();
            acknowledged.clear();
            return;
        }
        if (!counted.isEmpty()) {
            ackWriter.countDeliveries(cursor, counted.toRanges());
            counted.clear();
        }
        if (!acknowledged.isEmpty()) {
            ackWriter.acknowledge(cursor, acknowledged.toRanges());
            acknowledged.clear();
        }
    }

    void idle() {
        reader.idle();
    }

    /** Every message below it was delivered, or acknowledged. */
    long readPosition() {
        return readPosition;
    }

    Log log() {
        return log;
    }

    private long end() {
        return Math.max(readPosition, log.highWatermark());
    }

    /** Passes over what holds no message for this queue, so that the next offset holds one or is not yet looked at. */
    private void pass() {
        while (!returned.isEmpty() && reader.nextThere(returned.lowest()) > returned.lowest()) {
            acknowledge(returned.removeLowest());
        }
        long end = end();
        while (readPosition < end) {
            long there = Math.min(reader.nextThere(readPosition), end);
            if (there > readPosition) {
                ackWriter.acknowledge(cursor, new long[] {readPosition, there});
                moveTo(there);
            }
            long next = Math.min(nextUnacknowledged(readPosition), end);
            if (next == readPosition) {
                return;
            }
            moveTo(next);
        }
    }

    private long nextUnacknowledged(long offset) {
        AckSetView view = recovered;
        if (view == null) {
            return offset;
        }
        if (offset >= view.end()) {
            recovered = null;
            return offset;
        }
        return view.nextUnacknowledged(offset);
    }

    private void moveTo(long offset) {
        if (recovered != null) {
            acknowledgedAhead -= recovered.acknowledgedBetween(readPosition, offset);
        }
        readPosition = offset;
    }
}
