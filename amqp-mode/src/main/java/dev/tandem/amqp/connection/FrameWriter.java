package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.wire.FrameType;
import dev.tandem.amqp.wire.ProtocolHeader;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames one behind the other into a buffer, which goes out whole at the end of an event loop's turn, or in parts
 * of {@link #PART_SIZE} when much is written in one turn.
 */
final class FrameWriter {
    static final int PART_SIZE = 64 << 10;
    private static final int INITIAL_SIZE = 1024;
    private static final int FRAME_OVERHEAD = 8;
    private static final int HEADER_FIXED_SIZE = 12;

    private final ByteBufAllocator allocator;
    private final Consumer<ByteBuf> output;
    private int frameMax;
    private int lastPartSize = INITIAL_SIZE;
    private @Nullable ByteBuf part;

    /**
     * A writer.
     *
     * @param output takes each part, and with it the duty to release it
     * @param frameMax largest frame until {@link #setFrameMax}
     */
    FrameWriter(ByteBufAllocator allocator, Consumer<ByteBuf> output, int frameMax) {
        this.allocator = allocator;
        this.output = output;
        this.frameMax = frameMax;
    }

    /** The negotiated limit. */
    void setFrameMax(int frameMax) {
        this.frameMax = frameMax;
    }

    /** A method frame. */
    void method(int channel, Method method) {
        ByteBuf out = begin(0);
        int payload = startFrame(out, FrameType.METHOD, channel);
        MethodCodec.write(method, out);
        endFrame(out, payload);
        end(out);
    }

    /** A method frame, its header and its body frames. */
    void content(int channel, Method method, Slice properties, Slice body) {
        ByteBuf out = begin(Math.min(body.length(), PART_SIZE));
        int payload = startFrame(out, FrameType.METHOD, channel);
        MethodCodec.write(method, out);
        endFrame(out, payload);
        headerAndBody(out, channel, properties, body);
    }

    /** {@code basic.deliver} with its content, without an object for the method. */
    void delivery(
            int channel,
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            Slice body) {
        ByteBuf out = begin(Math.min(body.length(), PART_SIZE) + properties.length());
        int payload = startFrame(out, FrameType.METHOD, channel);
        out.writeInt(BasicMethod.CLASS_ID << 16 | BasicMethod.Deliver.METHOD_ID);
        shortString(out, consumerTag.bytes());
        out.writeLong(deliveryTag);
        out.writeBoolean(redelivered);
        shortString(out, exchange);
        shortString(out, routingKey);
        endFrame(out, payload);
        headerAndBody(out, channel, properties, body);
    }

    /** A heartbeat frame (AMQP 0-9-1 §4.2.7). */
    void heartbeat() {
        ByteBuf out = begin(0);
        endFrame(out, startFrame(out, FrameType.HEARTBEAT, 0));
        end(out);
    }

    /** The 8 octets that say which protocol we speak (AMQP 0-9-1 §4.2.2). */
    void protocolHeader() {
        ByteBuf out = begin(0);
        ProtocolHeader.write(out);
        end(out);
    }

    /** Hands over what is written. */
    void flush() {
        ByteBuf out = part;
        if (out != null) {
            part = null;
            lastPartSize = Math.max(INITIAL_SIZE, out.readableBytes());
            output.accept(out);
        }
    }

    /** Drops what is written and not handed over. */
    void release() {
        if (part != null) {
            part.release();
            part = null;
        }
    }

    private void headerAndBody(ByteBuf out, int channel, Slice properties, Slice body) {
        out.writeByte(FrameType.HEADER);
        out.writeShort(channel);
        out.writeInt(HEADER_FIXED_SIZE + properties.length());
        out.writeInt(BasicMethod.CLASS_ID << 16);
        out.writeLong(body.length());
        out.writeBytes(properties.array(), properties.offset(), properties.length());
        out.writeByte(FrameType.END);
        end(out);
        int most = frameMax - FRAME_OVERHEAD;
        for (int from = 0; from < body.length(); from += most) {
            int size = Math.min(most, body.length() - from);
            ByteBuf frame = begin(size);
            frame.writeByte(FrameType.BODY);
            frame.writeShort(channel);
            frame.writeInt(size);
            frame.writeBytes(body.array(), body.offset() + from, size);
            frame.writeByte(FrameType.END);
            end(frame);
        }
    }

    /** The part to write to, with room for about {@code size} bytes. */
    private ByteBuf begin(int size) {
        ByteBuf out = part;
        if (out == null) {
            out = allocator.ioBuffer(Math.max(lastPartSize, size + INITIAL_SIZE));
            part = out;
        }
        return out;
    }

    private void end(ByteBuf out) {
        if (out.readableBytes() >= PART_SIZE) {
            flush();
        }
    }

    private static int startFrame(ByteBuf out, int type, int channel) {
        out.writeByte(type);
        out.writeShort(channel);
        out.writeInt(0);
        return out.writerIndex();
    }

    private static void endFrame(ByteBuf out, int payload) {
        out.setInt(payload - 4, out.writerIndex() - payload);
        out.writeByte(FrameType.END);
    }

    private static void shortString(ByteBuf out, Slice value) {
        out.writeByte(value.length());
        out.writeBytes(value.array(), value.offset(), value.length());
    }
}
