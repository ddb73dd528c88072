package dev.tandem.amqp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the bytes of a frame whose rest has not arrived, and nothing but those. */
public final class Cumulation {
    private @Nullable ByteBuf incomplete;

    /**
     * Hands over what was left and what has arrived, as one buffer; what is not read from it stays.
     *
     * @param arrived taken over, released when it is no longer needed
     */
    public void add(ByteBufAllocator allocator, ByteBuf arrived, Consumer<ByteBuf> consumer) {
        ByteBuf in = incomplete == null
                ? arrived
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, incomplete, arrived);
        incomplete = in;
        consumer.accept(in);
        if (in.isReadable()) {
            // Without this a stream that never pauses at the end of a frame would be kept as a whole.
            in.discardSomeReadBytes();
        } else {
            release();
        }
    }

    /** Bytes that the buffer takes. */
    int capacity() {
        return incomplete == null ? 0 : incomplete.capacity();
    }

    /** Drops what is left. */
    public void release() {
        if (incomplete != null) {
            incomplete.release();
            incomplete = null;
        }
    }
}
