package dev.tandem.amqp.delivery;

import dev.tandem.storage.record.MessageView;
import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes the bodies of a queue's ready messages have, for {@code x-max-length-bytes}. Belongs to the queue's owner.
 *
 * <p>Every message is added when it arrives and taken off when it leaves, in whichever order the owner hears of the two. What
 * is delivered and may come back keeps its size here.
 */
final class ReadyBytes {
    private final Lanes lanes;
    private final Map<Long, Integer> delivered = new HashMap<>();
    private long ready;
    private long arrived;

    ReadyBytes(Lanes lanes) {
        this.lanes = lanes;
        lanes.countArrived(this); // counting begins
    }

    /** Takes in what has arrived since, as far as its size is known; the queue is woken when more is. */
    void count() {
        lanes.countArrived(this);
    }

    /** As of the last {@link #count}. */
    long ready() {
        return ready;
    }

    /** All that arrived since this start of the broker, as of the last {@link #count}. */
    long arrived() {
        return arrived;
    }

    /** A log begins with messages of the time before this start of the broker. */
    void startWith(long bytes) {
        ready += bytes;
    }

    /** Messages arrived. */
    void arrived(long bytes) {
        arrived += bytes;
        ready += bytes;
    }

    /** Messages arrived that were discarded before they could be counted. */
    void arrivedInVain(long bytes) {
        arrived += bytes;
    }

    /** A message leaves the head of the queue for good. */
    void left(MessageView message) {
        ready -= message.bodyLength();
    }

    /** A message is delivered, and may come back. */
    void delivered(MessageView message) {
        ready -= message.bodyLength();
        delivered.put(message.offset(), message.bodyLength());
    }

    /** A message that was delivered is gone; the result is the length of its body. */
    int settled(long position) {
        Integer size = delivered.remove(position);
        return size == null ? 0 : size;
    }

    /** A message that was delivered is ready again. */
    void cameBack(long position) {
        ready += settled(position);
    }

    /** All ready messages are gone. */
    void discarded() {
        lanes.countArrived(this);
        lanes.skipUncounted();
        ready = 0;
    }
}
