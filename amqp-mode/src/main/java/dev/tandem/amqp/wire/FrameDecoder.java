package dev.tandem.amqp.wire;

import dev.tandem.amqp.wire.WireException.Kind;
import io.netty.buffer.ByteBuf;

/**
 * Cuts bytes into frames. Method and header frames are handed over when they are complete; bodies pass through as they
 * arrive, so that they are copied once. Makes no object per frame.
 */
public final class FrameDecoder {
    /** RabbitMQ lets payloads be 8 octets longer than the frame size allows, and clients have come to use them. */
    private static final int TOLERANCE = 8;

    private static final int FRAME_OVERHEAD = 8;
    private static final int SHOWN_OCTETS = 16;

    private static final String NO_OCTETS = "all octets = <<>>";

    private final FrameSink sink;
    private int frameMax;

    private boolean inBody;
    private int channel;
    private int bodyRemaining;

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
        if (type != FrameType.BODY
                && type != FrameType.METHOD
                && type != FrameType.HEADER
                && type != FrameType.HEARTBEAT) {
            throw frameError(type, NO_OCTETS, "unknown_frame");
        }
        if (size > frameMax - FRAME_OVERHEAD + TOLERANCE) {
            throw frameError(type, NO_OCTETS, "{frame_too_large," + size + "," + (frameMax - FRAME_OVERHEAD) + "}");
        }
        int length = (int) size;
        if (type == FrameType.BODY) {
            in.skipBytes(FrameType.HEAD_SIZE);
            channel = frameChannel;
            bodyRemaining = length;
            inBody = true;
            sink.onBodyFrame(frameChannel, length);
            return true;
        }
        if (in.readableBytes() < FrameType.HEAD_SIZE + length + 1) {
            return false;
        }
        int payload = start + FrameType.HEAD_SIZE;
        checkEnd(type, in, payload, length, in.getUnsignedByte(payload + length));
        in.readerIndex(payload);
        if (type == FrameType.METHOD) {
            sink.onMethodFrame(frameChannel, in, length);
        } else if (type == FrameType.HEADER) {
            sink.onHeaderFrame(frameChannel, in, length);
        } else {
            sink.onHeartbeat(frameChannel);
        }
        in.readerIndex(payload + length + 1);
        return true;
    }

    private boolean passBody(ByteBuf in) {
        int available = Math.min(bodyRemaining, in.readableBytes());
        if (available > 0) {
            bodyRemaining -= available;
            sink.onBodyBytes(channel, in, available);
        }
        if (bodyRemaining > 0 || !in.isReadable()) {
            return false;
        }
        int end = in.readerIndex();
        checkEnd(FrameType.BODY, in, end - available, available, in.getUnsignedByte(end));
        in.skipBytes(1);
        inBody = false;
        sink.onBodyFrameEnd(channel);
        return true;
    }

    private static void checkEnd(int type, ByteBuf in, int payload, int length, int end) {
        if (end != FrameType.END) {
            throw frameError(type, octets(in, payload, length), "{invalid_frame_end_marker," + end + "}");
        }
    }

    private static WireException frameError(int type, String octets, String reason) {
        return new WireException(Kind.FRAME_ERROR, "type " + type + ", " + octets + ": " + reason);
    }

    /** As RabbitMQ prints them: text when all of it is printable, else numbers. */
    private static String octets(ByteBuf in, int from, int length) {
        int shown = Math.min(length, SHOWN_OCTETS);
        var text = new StringBuilder();
        var numbers = new StringBuilder();
        boolean printable = shown > 0;
        for (int i = 0; i < shown; i++) {
            int octet = in.getUnsignedByte(from + i);
            printable &= octet >= 0x20 && octet < 0x7F && octet != '"' && octet != '\\';
            text.append((char) octet);
            numbers.append(i == 0 ? "" : ",").append(octet);
        }
        String shownAs = printable ? "<<\"" + text + "\">>" : "<<" + numbers + ">>";
        return (length > SHOWN_OCTETS ? "first 16 octets = " : "all octets = ") + shownAs;
    }
}
