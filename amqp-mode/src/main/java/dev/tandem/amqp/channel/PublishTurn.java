package dev.tandem.amqp.channel;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a channel published between two flushes: confirmed as one, when every part of it is where it belongs. */
final class PublishTurn {
    private final @Nullable Consumer<CommitOutcome> listener;
    private long lastSequence;
    private int waiting;
    private boolean failed;
    private boolean hasRejections;
    private final SortedSet<Long> rejected = new TreeSet<>();

    /**
     * An empty turn.
     *
     * @param listener of a transaction: hears, when it is complete, what became of it
     */
    PublishTurn(@Nullable Consumer<CommitOutcome> listener) {
        this.listener = listener;
    }

    /** The sequence number of its last publish; 0 when confirms are off. */
    long lastSequence() {
        return lastSequence;
    }

    void lastSequence(long sequence) {
        lastSequence = sequence;
    }

    /** One part more to wait for. */
    void begin() {
        waiting++;
    }

    /** One part has arrived, or failed. */
    void end(boolean success) {
        waiting--;
        failed |= !success;
    }

    /**
     * A queue did not take a message.
     *
     * @param sequence the number of its publish, 0 without confirms
     */
    void reject(long sequence) {
        hasRejections = true;
        if (sequence > 0) {
            rejected.add(sequence);
        }
    }

    /** The numbers of the publishes that a queue rejected, ascending. */
    SortedSet<Long> rejected() {
        return rejected;
    }

    boolean isComplete() {
        return waiting == 0;
    }

    boolean isFailed() {
        return failed;
    }

    /** Whether it is a transaction, whose end somebody waits for. */
    boolean isCommit() {
        return listener != null;
    }

    /** It is complete: tells who wanted to know. */
    void finish() {
        if (listener != null) {
            listener.accept(
                    failed
                            ? CommitOutcome.FAILED
                            : hasRejections ? CommitOutcome.PARTLY_REJECTED : CommitOutcome.STORED);
        }
    }
}
