package dev.tandem.amqp.wire;

import io.netty.buffer.ByteBuf;

/** Takes frames as they are decoded. Payloads are valid during the call only; what they hold is read from the index. */
public interface FrameSink {

    /** A method frame, complete; the decoder moves the buffer's index past it. */
    void onMethodFrame(int channel, ByteBuf payload, int length);

    /** A content header frame, complete; the decoder moves the buffer's index past it. */
    void onHeaderFrame(int channel, ByteBuf payload, int length);

    /** Whether body frames of a channel are handed over as they arrive; else they come whole, as stray ones. */
    boolean takesBodies(int channel);

    /** A body frame has begun; its bytes follow in {@link #onBodyBytes}. */
    void onBodyFrame(int channel, int length);

    /** Bytes of the body frame that has begun: the sink must read exactly {@code length} of them. */
    void onBodyBytes(int channel, ByteBuf bytes, int length);

    /** The body frame is complete, its end marker included. */
    void onBodyFrameEnd(int channel);

    /** A body frame where none is taken, complete. */
    void onStrayBodyFrame(int channel, ByteBuf payload, int length);

    /** A heartbeat frame, whose payload is empty. */
    void onHeartbeat(int channel, ByteBuf payload);

    /** A frame of an unknown type, or whose size its type cannot have, complete. */
    void onUnknownFrame(int type, int channel, ByteBuf payload, int length);
}
