package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FrameType;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Conversations of a client that opens its connection properly, then uses its channels as a client may, or, when it is wild,
 * says whatever comes to its mind.
 */
final class RandomConversations {
    private static final int CHANNELS = 3;
    private static final int MOST_STEPS = 40;

    private final SplittableRandom random;
    private final RandomMethods methods;
    private final List<Frame> handshake = List.of(
            Frame.of(
                    0,
                    new ConnectionMethod.StartOk(
                            FieldTable.EMPTY,
                            "PLAIN",
                            Slice.of("\0guest\0guest".getBytes(StandardCharsets.US_ASCII)),
                            "en_US")),
            Frame.of(0, new ConnectionMethod.TuneOk(2047, 131_072, 0)),
            Frame.of(0, new ConnectionMethod.Open("/")));

    RandomConversations(SplittableRandom random) {
        this.random = random;
        this.methods = new RandomMethods(random);
    }

    /** What opens a connection. */
    List<Frame> handshake() {
        return handshake;
    }

    Conversation next() {
        var frames = new ArrayList<>(handshake);
        for (int channel = 1; channel <= CHANNELS; channel++) {
            frames.add(Frame.of(channel, new ChannelMethod.Open()));
            frames.add(Frame.of(channel, methods.make(QueueMethod.Declare.class)));
        }
        boolean isWild = random.nextBoolean();
        for (int i = random.nextInt(MOST_STEPS); i > 0; i--) {
            int channel = isWild && random.nextInt(20) == 0 ? random.nextInt(65_536) : random.nextInt(1, CHANNELS + 1);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> content(frames, channel, methods.make(BasicMethod.Publish.class));
                case 3 -> frames.add(Frame.of(FrameType.HEARTBEAT, 0, new byte[0]));
                default -> {
                    Method method = isWild && random.nextInt(4) == 0 ? methods.next() : methods.nextOfClient();
                    frames.add(Frame.of(method instanceof ConnectionMethod ? 0 : channel, method));
                }
            }
        }
        return Conversation.of(frames);
    }

    private void content(List<Frame> frames, int channel, Method method) {
        frames.add(Frame.of(channel, method));
        int size = random.nextInt(3) == 0 ? 0 : random.nextInt(5000);
        frames.add(Frame.of(FrameType.HEADER, channel, header(size)));
        for (int left = size; left > 0; ) {
            int part = Math.min(left, random.nextInt(1, 4000));
            frames.add(Frame.of(FrameType.BODY, channel, methods.bytes(part)));
            left -= part;
        }
    }

    private byte[] header(int size) {
        ByteBuf out = Unpooled.buffer().writeShort(60).writeShort(0).writeLong(size);
        int flags = random.nextInt(3) == 0 ? 0 : (random.nextInt(0x10000) & 0xBB00);
        out.writeShort(flags);
        if ((flags & 0x8000) != 0) {
            shortString(out, "text/plain");
        }
        if ((flags & 0x2000) != 0) {
            byte[] table = methods.table(0).bytes().toByteArray();
            out.writeInt(table.length).writeBytes(table);
        }
        if ((flags & 0x1000) != 0) {
            out.writeByte(random.nextInt(4));
        }
        if ((flags & 0x0800) != 0) {
            out.writeByte(random.nextInt(256));
        }
        if ((flags & 0x0200) != 0) {
            shortString(out, random.nextInt(4) == 0 ? "amq.rabbitmq.reply-to" : "text/plain");
        }
        if ((flags & 0x0100) != 0) {
            shortString(out, random.nextInt(4) == 0 ? "soon" : Integer.toString(random.nextInt(5000)));
        }
        return ByteBufUtil.getBytes(out);
    }

    private static void shortString(ByteBuf out, String text) {
        out.writeByte(text.length()).writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
