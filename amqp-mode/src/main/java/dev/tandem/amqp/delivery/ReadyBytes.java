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
    private long bytes;

    ReadyBytes(Lanes lanes) {
        this.lanes = lanes;
        lanes.arrivedBytes(); // counting begins
    }

    /** As of now, as far as it is known. */
    long bytes() {
        bytes += lanes.arrivedBytes();
        return bytes;
    }

    /** A message leaves the head of the queue for good. */
    void left(MessageView message) {
        bytes -= message.bodyLength();
    }

    /** A message is delivered, and may come back. */
    void delivered(MessageView message) {
        bytes -= message.bodyLength();
        delivered.put(message.offset(), message.bodyLength());
    }

    /** A message that was delivered is gone. */
    void settled(long position) {
        delivered.remove(position);
    }

    /** A message that was delivered is ready again. */
    void cameBack(long position) {
        Integer size = delivered.remove(position);
        bytes += size == null ? 0 : size;
    }

    /** All ready messages are gone. */
    void discarded() {
        lanes.skipArrivedBytes();
        bytes = 0;
    }
}
