package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.wire.ProtocolHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * All that one client says.
 *
 * @param header what it begins with, rightly the protocol header
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Conversation(byte[] header, List<Frame> frames) {
    static final byte[] AMQP_0_9_1 = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    /** {@code start-ok}, {@code tune-ok} and {@code open}. */
    static final int HANDSHAKE = 3;

    private static final List<String> CORPUS =
            List.of("aio-pika", "amqplib", "celery-1", "celery-2", "celery-3", "java-client", "pika");

    static Conversation of(List<Frame> frames) {
        return new Conversation(AMQP_0_9_1, frames);
    }

    Conversation withFrames(List<Frame> others) {
        return new Conversation(header, others);
    }

    /** What clients said to a server, recorded, but for their good-byes. */
    static List<Conversation> corpus() {
        return CORPUS.stream().map(Conversation::recorded).toList();
    }

    private static Conversation recorded(String name) {
        try (InputStream file = Objects.requireNonNull(Conversation.class.getResourceAsStream(name + ".amqp"), name)) {
            ByteBuf in = Unpooled.wrappedBuffer(file.readAllBytes());
            in.skipBytes(ProtocolHeader.SIZE);
            var frames = new ArrayList<Frame>();
            while (in.isReadable()) {
                int type = in.readUnsignedByte();
                int channel = in.readUnsignedShort();
                byte[] payload = new byte[in.readInt()];
                in.readBytes(payload);
                in.skipBytes(1);
                frames.add(Frame.of(type, channel, payload));
            }
            frames.removeIf(Frame::isFarewell);
            return of(frames);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a server can follow it to its end: it then has to answer, whatever the frames hold. Else it may wait for more
     * until there is no more.
     *
     * @param handshake as it should be
     */
    boolean isFollowable(List<Frame> handshake) {
        return Arrays.equals(header, AMQP_0_9_1)
                && frames.size() >= HANDSHAKE
                && frames.subList(0, HANDSHAKE).equals(handshake)
                && frames.stream().allMatch(Frame::isWhole)
                && frames.stream().noneMatch(Frame::isFarewell);
    }

    byte[] onTheWire() {
        ByteBuf out = Unpooled.buffer().writeBytes(header);
        frames.forEach(frame -> frame.writeTo(out));
        return ByteBufUtil.getBytes(out);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(onTheWire());
    }
}
