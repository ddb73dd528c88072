package dev.tandem.amqp.method;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Publishes that a connection sent before, by their bytes: a producer names the same few exchanges and routing keys over
 * and over, and then no object is made for them.
 */
public final class PublishCache {
    private static final int SLOTS = 16;
    /** Class and method before the arguments. */
    private static final int ARGUMENTS = 4;

    private static final int MAX_CACHED_SIZE = 128;

    private final byte[] @Nullable [] bytes = new byte[SLOTS][];
    private final BasicMethod.@Nullable Publish[] publishes = new BasicMethod.Publish[SLOTS];

    /** True when a method frame holds {@code basic.publish}. */
    public static boolean isPublish(ByteBuf payload, int length) {
        return length >= ARGUMENTS
                && payload.getInt(payload.readerIndex())
                        == (BasicMethod.CLASS_ID << 16 | BasicMethod.Publish.METHOD_ID);
    }

    /** Reads the publish that a method frame holds. */
    public BasicMethod.Publish read(ByteBuf payload, int length) {
        int start = payload.readerIndex();
        if (length > MAX_CACHED_SIZE) {
            return decode(payload, length);
        }
        int hash = length;
        for (int i = ARGUMENTS; i < length; i++) {
            hash = 31 * hash + payload.getByte(start + i);
        }
        int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
        BasicMethod.Publish known = publishes[slot];
        byte[] knownBytes = bytes[slot];
        if (known != null && knownBytes != null && equal(payload, start, length, knownBytes)) {
            return known;
        }
        byte[] copy = new byte[length];
        payload.getBytes(start, copy);
        BasicMethod.Publish publish = decode(payload, length);
        bytes[slot] = copy;
        publishes[slot] = publish;
        return publish;
    }

    private static BasicMethod.Publish decode(ByteBuf payload, int length) {
        return (BasicMethod.Publish) MethodCodec.read(payload, length);
    }

    private static boolean equal(ByteBuf payload, int start, int length, byte[] known) {
        if (known.length != length) {
            return false;
        }
        for (int i = ARGUMENTS; i < length; i++) {
            if (payload.getByte(start + i) != known[i]) {
                return false;
            }
        }
        return true;
    }
}
