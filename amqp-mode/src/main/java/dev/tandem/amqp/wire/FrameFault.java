package dev.tandem.amqp.wire;

import dev.tandem.amqp.wire.WireException.Kind;
import io.netty.buffer.ByteBuf;

/** What is wrong with a frame, in RabbitMQ's words. */
public final class FrameFault {
    private FrameFault() {}

    /** Of a type that is not known, or too short or too long for its type. */
    public static WireException unknown(int type, ByteBuf payload, int length) {
        return frameError(type, Octets.snippet(payload, payload.readerIndex(), length), "unknown_frame");
    }

    /** Sound, but not where it is. */
    public static WireException unexpected(int type, ByteBuf payload, int length) {
        return new WireException(
                Kind.UNEXPECTED_FRAME, "type " + type + ", " + Octets.snippet(payload, payload.readerIndex(), length));
    }

    /** Found at its head, so that no octet of the payload is shown. */
    static WireException tooLarge(int type, long size, int allowed) {
        return frameError(type, "all octets = <<>>", "{frame_too_large," + size + "," + allowed + "}");
    }

    static WireException wrongEnd(int type, ByteBuf in, int payload, int length, int end) {
        return frameError(type, Octets.snippet(in, payload, length), "{invalid_frame_end_marker," + end + "}");
    }

    private static WireException frameError(int type, String octets, String reason) {
        return new WireException(Kind.FRAME_ERROR, "type " + type + ", " + octets + ": " + reason);
    }
}
