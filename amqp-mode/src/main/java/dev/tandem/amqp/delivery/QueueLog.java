package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.record.MessageView;
import org.jspecify.annotations.Nullable;

/** The messages of one queue, by offset. Used on the queue's owner only. */
interface QueueLog {

    /** Where delivery starts: everything below was acknowledged before this start of the broker. */
    long start();

    /** One past the last message that may be delivered. */
    long end();

    /** How many offsets from {@link #start} on were acknowledged before this start of the broker. */
    long acknowledgedBefore();

    /** The first offset at or after {@code offset} that was not acknowledged before this start of the broker. */
    long nextUnacknowledged(long offset);

    /** Messages below it may have been delivered before this start of the broker. */
    long deliveredEnd();

    /** How often messages came back before this start of the broker; the caller's own. */
    DeliveryCounts deliveryCounts();

    /**
     * The message at an offset below {@link #end}, or null while it is being fetched: the queue is woken then, also when
     * that failed.
     */
    @Nullable
    MessageView read(long offset);

    /**
     * Why the message that was asked for last could not be read, null when it is not known to be unreadable.
     * {@link CorruptData} stays; after anything else the log tries again by itself.
     */
    @Nullable
    StorageException failureAt(long offset);

    /** Whether the message that was asked for last will never be read, for its bytes are damaged. */
    default boolean isDamaged(long offset) {
        return failureAt(offset) instanceof CorruptData;
    }

    /** Acknowledges a message, at the latest when {@link #endTurn} is called. */
    void acknowledge(long offset);

    /** Acknowledges all messages from an offset to {@link #end}. */
    void acknowledgeFrom(long offset);

    /** A delivered message came back; remembered at the latest when {@link #endTurn} is called. */
    void countReturn(long offset);

    /** What was acknowledged, and what came back, in this turn goes on its way. */
    void endTurn();

    /** Passes on the bytes of bodies that arrived since this was asked last, as far as they are known; wakes the queue. */
    void countArrived(ReadyBytes all);

    /** What lies below an offset was discarded, also what {@link #countArrived} passes on later. */
    void skipUncounted(long offset);

    /** Nobody reads for the time being: drops what was read ahead. */
    void idle();

    /** Bytes of the messages that are held; any thread. */
    long sizeInBytes();

    /** A clean stop: remembers that messages below an offset were delivered. */
    void close(long deliveredEnd);

    /** The queue is deleted: its messages are gone. */
    void delete();
}
