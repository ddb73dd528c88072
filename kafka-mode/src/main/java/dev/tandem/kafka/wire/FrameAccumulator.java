package dev.tandem.kafka.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames: a 32-bit length, then so many bytes. The length is checked before anything is
 * allocated for it; each frame is then one array of its exact size, copied into once, so that records may stay slices
 * of it.
 */
final class FrameAccumulator {
    /** API key, version and correlation id: no request is shorter. */
    private static final int MIN_FRAME = 8;

    private int limit;
    private int length;
    private int lengthBytes;
    private byte @Nullable [] frame;
    private int filled;

    /** Accepts frames up to {@code limit} bytes. */
    FrameAccumulator(int limit) {
        this.limit = limit;
    }

    /** Changes the limit for frames whose length is not read yet. */
    void setLimit(int limit) {
        this.limit = limit;
    }

    /** Whether the next byte begins a frame. */
    boolean isEmpty() {
        return frame == null && lengthBytes == 0;
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
            while (lengthBytes < 4 && in.isReadable()) {
                length = (length << 8) | in.readUnsignedByte();
                lengthBytes++;
            }
            if (lengthBytes < 4) {
                return null;
            }
            if (length < MIN_FRAME || length > limit) {
                throw new InvalidFrameException(length, limit);
            }
            current = new byte[length];
            frame = current;
            filled = 0;
        }
        int take = Math.min(current.length - filled, in.readableBytes());
        in.readBytes(current, filled, take);
        filled += take;
        if (filled < current.length) {
            return null;
        }
        frame = null;
        length = 0;
        lengthBytes = 0;
        return current;
    }

    /** A frame's length makes no sense. */
    static final class InvalidFrameException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidFrameException(int length, int limit) {
            super("a frame claims " + length + " bytes; allowed are " + MIN_FRAME + " to " + limit);
        }
    }
}
