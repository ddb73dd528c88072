package dev.tandem.amqp.channel;

/** What a channel published between two flushes: confirmed as one, when every part of it is where it belongs. */
final class PublishTurn {
    private long lastSequence;
    private int waiting;
    private boolean failed;

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

    boolean isComplete() {
        return waiting == 0;
    }

    boolean isFailed() {
        return failed;
    }
}
