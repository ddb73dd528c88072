package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.record.MessageView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue, wherever they are: in logs of its own ({@link Lanes}) or in those of a topic ({@link SharedLog}).
 * A message is named by a position, one number that says in which log it is and at which offset. Belongs to the queue's owner.
 */
interface QueueMessages {

    /** How many are ready. */
    long readyCount();

    /** Whether none is ready. */
    boolean isEmpty();

    /** The position of the next message; there is one. */
    long nextPosition();

    /**
     * Takes the next message out; true when it had been returned.
     *
     * @param position of that message: by now one that arrived since may be the next
     */
    boolean take(long position);

    /** Acknowledges all that are ready. */
    void discardAll();

    /** What is in the queue now has had its chance to be delivered at once. */
    void settleIn();

    /** Whether a message was there when {@link #settleIn} was called last. */
    boolean isSettled(long position);

    /** The message at a position, which it has for offset; null while it is being fetched. */
    @Nullable
    MessageView read(long position);

    /** Why the message that was asked for last could not be read, null when it is not known to be unreadable. */
    @Nullable
    StorageException failureAt(long position);

    /** The offset of a message in the log that it is in. */
    long offsetOf(long position);

    /** Whether a message may have been delivered before this start of the broker. */
    boolean wasDelivered(long position);

    /** A message is gone for good. */
    void acknowledge(long position);

    /** A message is gone for good, and the log knows. */
    void forget(long position);

    /** A delivered message goes back to where it was. */
    void giveBack(long position);

    /** How often a message was delivered and came back. */
    int deliveryCount(long position);

    /** The changes that acknowledge messages of a stored queue; any thread. */
    List<Change> acknowledgements(LongArray positions);

    /** What was acknowledged, and what came back, in this turn goes on its way. */
    void endTurn();

    /** Nobody reads for the time being: drops what was read ahead. */
    void idle();

    /** Bytes that are held for the queue; any thread. */
    long sizeInBytes();

    /** A clean stop: remembers what was delivered. */
    void close();

    /** The queue is deleted. */
    void delete();
}
