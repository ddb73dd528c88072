package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * A frame as it goes over the wire.
 *
 * @param length what it says its length is
 * @param payload what it has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Frame(int type, int channel, int length, byte[] payload, int end) {
    /** Of the smallest frames that a client of the corpus agreed on; a longer one may be too long. */
    private static final int LONGEST_PAYLOAD = 8184;

    private static final int CONNECTION_CLOSE = 10 << 16 | 50;

    static Frame of(int type, int channel, byte[] payload) {
        return new Frame(type, channel, payload.length, payload, FrameType.END);
    }

    static Frame of(int channel, Method method) {
        ByteBuf payload = Unpooled.buffer();
        MethodCodec.write(method, payload);
        return of(FrameType.METHOD, channel, ByteBufUtil.getBytes(payload));
    }

    Frame withPayload(byte[] other) {
        return of(type, channel, other);
    }

    Frame withLength(int other) {
        return new Frame(type, channel, other, payload, end);
    }

    Frame withEnd(int other) {
        return new Frame(type, channel, length, payload, other);
    }

    Frame withType(int other) {
        return new Frame(other, channel, length, payload, end);
    }

    Frame withChannel(int other) {
        return new Frame(type, other, length, payload, end);
    }

    /** Whether a server can tell where the next one begins. */
    boolean isWhole() {
        return length == payload.length && end == FrameType.END && length <= LONGEST_PAYLOAD;
    }

    /** Whether it may end the connection: {@code connection.close} and {@code -close-ok}. */
    boolean isFarewell() {
        return type == FrameType.METHOD
                && channel == 0
                && payload.length >= 4
                && (ByteBuffer.wrap(payload).getInt() & ~1) == CONNECTION_CLOSE;
    }

    void writeTo(ByteBuf out) {
        out.writeByte(type)
                .writeShort(channel)
                .writeInt(length)
                .writeBytes(payload)
                .writeByte(end);
    }
}
