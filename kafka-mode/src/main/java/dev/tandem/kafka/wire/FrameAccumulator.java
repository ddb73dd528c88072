package dev.tandem.kafka.wire;

import io.netty.buffer.ByteBuf;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames: a 32-bit length, then so many bytes. The length is checked before anything is
 * allocated for it; each frame is then one array of its exact size, copied into once, so that records may stay slices
 * of it.
 *
 * <p>Until the client is known to be one of Kafka's, a larger frame also has to begin as a request that Kafka knows: the
 * first request of a connection may well be a large Produce.
 */
final class FrameAccumulator {
    /** API key, version and correlation id: no request is shorter. */
    private static final int MIN_FRAME = 8;

    /**
     * Largest request of an API that carries no records. Lists of names and the like unpack to many times their size: 100 MiB
     * of empty strings would take gigabytes.
     */
    static final int MOST_WITHOUT_RECORDS = 16 << 20;

    /** Length, API key and version. */
    private static final int HEAD_BYTES = 8;

    private final int limit;
    private int unknownLimit;
    private long head;
    private int headBytes;
    private byte @Nullable [] frame;
    private int filled;

    /**
     * Accepts frames up to {@code limit} bytes.
     *
     * @param unknownLimit size past which a frame has to begin as a known request, until {@link #trust}
     */
    FrameAccumulator(int limit, int unknownLimit) {
        this.limit = limit;
        this.unknownLimit = unknownLimit;
    }

    /** From here on the limit alone decides. */
    void trust() {
        unknownLimit = limit;
    }

    /** Whether the next byte begins a frame. */
    boolean isEmpty() {
        return frame == null && headBytes == 0;
    }

    /**
     * Takes bytes up to the end of one frame.
     *
     * @return the frame without its length, or null when {@code in} is used up
     * @throws InvalidFrameException when the length is out of bounds; nothing after it can be understood
     */
    byte @Nullable [] next(ByteBuf in) {
        byte[] current = frame;
        if (current == null) {
            current = begin(in);
            if (current == null) {
                return null;
            }
        }
        int take = Math.min(current.length - filled, in.readableBytes());
        in.readBytes(current, filled, take);
        filled += take;
        if (filled < current.length) {
            return null;
        }
        frame = null;
        head = 0;
        headBytes = 0;
        return current;
    }

    private byte @Nullable [] begin(ByteBuf in) {
        while (headBytes < HEAD_BYTES && in.isReadable()) {
            head = (head << 8) | in.readUnsignedByte();
            headBytes++;
            if (headBytes == Integer.BYTES && (head < MIN_FRAME || head > limit)) {
                throw new InvalidFrameException((int) head, limit);
            }
        }
        if (headBytes < HEAD_BYTES) {
            return null;
        }
        int length = (int) (head >>> Integer.SIZE);
        short apiKey = (short) (head >>> Short.SIZE);
        if (length > MOST_WITHOUT_RECORDS && apiKey != ApiKeys.PRODUCE.id) {
            throw new InvalidFrameException(length, MOST_WITHOUT_RECORDS);
        }
        if (length > unknownLimit && !isKnown(apiKey, (short) head)) {
            throw new InvalidFrameException(length, unknownLimit);
        }
        var begun = new byte[length];
        for (filled = 0; filled < HEAD_BYTES - Integer.BYTES; filled++) {
            begun[filled] = (byte) (head >>> (Integer.SIZE - Byte.SIZE * (filled + 1)));
        }
        frame = begun;
        return begun;
    }

    private static boolean isKnown(short apiKey, short version) {
        return ApiKeys.hasId(apiKey) && ApiKeys.forId(apiKey).isVersionSupported(version);
    }

    /** A frame's length makes no sense. */
    static final class InvalidFrameException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidFrameException(int length, int limit) {
            super("a frame claims " + length + " bytes; allowed are " + MIN_FRAME + " to " + limit);
        }
    }
}
