package dev.tandem.amqp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Cuts bytes into frames. Method and header frames are handed over when they are complete; bodies pass through as they
 * arrive, so that they are copied once. Makes no object per frame.
 */
public final class FrameDecoder {
    /** RabbitMQ lets payloads be 8 octets longer than the frame size allows, and clients have come to use them. */
    private static final int TOLERANCE = 8;

    private static final int FRAME_OVERHEAD = 8;
    private static final int SHOWN_OCTETS = 16;

    private final FrameSink sink;
    private int frameMax;

    private boolean inBody;
    private int channel;
    private int bodyLength;
    private int bodyRemaining;
    /** How the body begins, which arrives in pieces; for the message about a wrong end. */
    private final ByteBuf bodyStart = Unpooled.buffer(SHOWN_OCTETS, SHOWN_OCTETS);

    /** Frames of at most {@code frameMax} octets, all told, until {@link #setFrameMax}. */
    public FrameDecoder(FrameSink sink, int frameMax) {
        this.sink = sink;
        this.frameMax = frameMax;
    }

    /** The negotiated limit. */
    public void setFrameMax(int frameMax) {
        this.frameMax = frameMax;
    }

    /**
     * Hands over what is complete and leaves an incomplete head, method or header frame in the buffer.
     *
     * @throws WireException when the bytes are no frames; nothing after that can be understood
     */
    public void decode(ByteBuf in) {
        while (inBody ? passBody(in) : readFrame(in)) {
            // Each step consumes bytes; the first that cannot ends the loop.
        }
    }

    private boolean readFrame(ByteBuf in) {
        if (in.readableBytes() < FrameType.HEAD_SIZE) {
            return false;
        }
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        int frameChannel = in.getUnsignedShort(start + 1);
        long size = in.getUnsignedInt(start + 3);
        if (size > frameMax - FRAME_OVERHEAD + TOLERANCE) {
            throw FrameFault.tooLarge(type, size, frameMax - FRAME_OVERHEAD);
        }
        int length = (int) size;
        if (type == FrameType.BODY && sink.takesBodies(frameChannel)) {
            in.skipBytes(FrameType.HEAD_SIZE);
            channel = frameChannel;
            bodyLength = length;
            bodyRemaining = length;
            bodyStart.clear();
            inBody = true;
            sink.onBodyFrame(frameChannel, length);
            return true;
        }
        if (in.readableBytes() < FrameType.HEAD_SIZE + length + 1) {
            return false;
        }
        int payload = start + FrameType.HEAD_SIZE;
        int end = in.getUnsignedByte(payload + length);
        if (end != FrameType.END) {
            throw FrameFault.wrongEnd(type, in, payload, length, end);
        }
        in.readerIndex(payload);
        handOver(type, frameChannel, in, length);
        in.readerIndex(payload + length + 1);
        return true;
    }

    private void handOver(int type, int frameChannel, ByteBuf in, int length) {
        if (!FrameType.mayHaveSize(type, length)) {
            sink.onUnknownFrame(type, frameChannel, in, length);
        } else if (type == FrameType.METHOD) {
            sink.onMethodFrame(frameChannel, in, length);
        } else if (type == FrameType.HEADER) {
            sink.onHeaderFrame(frameChannel, in, length);
        } else if (type == FrameType.HEARTBEAT) {
            sink.onHeartbeat(frameChannel, in);
        } else {
            sink.onStrayBodyFrame(frameChannel, in, length);
        }
    }

    private boolean passBody(ByteBuf in) {
        int available = Math.min(bodyRemaining, in.readableBytes());
        if (bodyStart.readableBytes() < SHOWN_OCTETS) {
            bodyStart.writeBytes(in, in.readerIndex(), Math.min(available, SHOWN_OCTETS - bodyStart.readableBytes()));
        }
        if (available > 0) {
            bodyRemaining -= available;
            sink.onBodyBytes(channel, in, available);
        }
        if (bodyRemaining > 0 || !in.isReadable()) {
            return false;
        }
        int end = in.readUnsignedByte();
        if (end != FrameType.END) {
            throw FrameFault.wrongEnd(FrameType.BODY, bodyStart, 0, bodyLength, end);
        }
        inBody = false;
        sink.onBodyFrameEnd(channel);
        return true;
    }
}
