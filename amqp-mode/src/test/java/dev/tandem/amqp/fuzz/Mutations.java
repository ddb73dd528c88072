package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes a conversation one that no client would lead. */
final class Mutations {
    private static final int[] LIES = {
        0,
        1,
        7,
        127,
        128,
        255,
        256,
        4088,
        4089,
        8184,
        8192,
        65_535,
        131_072,
        131_073,
        1 << 20,
        1 << 28,
        Integer.MAX_VALUE,
        -1,
        -2,
        Integer.MIN_VALUE
    };
    private static final int[] TYPES = {0, 1, 2, 3, 4, 8, 0x41, 255};

    private final SplittableRandom random;

    Mutations(SplittableRandom random) {
        this.random = random;
    }

    Conversation mutate(Conversation conversation, Conversation other) {
        if (random.nextInt(40) == 0) {
            return new Conversation(header(), conversation.frames());
        }
        var frames = new ArrayList<>(conversation.frames());
        for (int i = random.nextInt(1, 4); i > 0 && !frames.isEmpty(); i--) {
            mutate(frames, other.frames());
        }
        return conversation.withFrames(frames);
    }

    private byte[] header() {
        byte[] header = Conversation.AMQP_0_9_1.clone();
        header[random.nextInt(header.length)] ^= (byte) (1 << random.nextInt(8));
        return random.nextBoolean() ? header : Arrays.copyOf(header, random.nextInt(header.length));
    }

    private void mutate(List<Frame> frames, List<Frame> others) {
        int at = random.nextInt(10) == 0 || frames.size() <= Conversation.HANDSHAKE
                ? random.nextInt(frames.size())
                : random.nextInt(Conversation.HANDSHAKE, frames.size());
        switch (random.nextInt(8)) {
            case 0 -> frames.remove(at);
            case 1 -> frames.add(at, frames.get(at));
            case 2 -> frames.add(at, frames.remove(random.nextInt(frames.size())));
            case 3 -> frames.add(at, others.get(random.nextInt(others.size())));
            case 4 -> frames.add(at, deepTable());
            default -> frames.set(at, mutate(frames.get(at)));
        }
    }

    private Frame mutate(Frame frame) {
        byte[] payload = frame.payload();
        return switch (random.nextInt(10)) {
            case 0 -> frame.withPayload(Arrays.copyOf(payload, random.nextInt(payload.length + 1)));
            case 1 -> frame.withPayload(Arrays.copyOf(payload, payload.length + random.nextInt(1, 100)));
            case 2 -> frame.withLength(LIES[random.nextInt(LIES.length)]);
            case 3 -> frame.withLength(payload.length + random.nextInt(-8, 9));
            case 4 -> frame.withEnd(random.nextInt(256));
            case 5 -> frame.withType(TYPES[random.nextInt(TYPES.length)]);
            case 6 -> frame.withChannel(random.nextInt(3) == 0 ? random.nextInt(65_536) : random.nextInt(5));
            case 7 -> lie(frame);
            default -> flipBits(frame);
        };
    }

    private Frame flipBits(Frame frame) {
        byte[] bytes = frame.payload().clone();
        for (int i = bytes.length == 0 ? 0 : random.nextInt(1, 5); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return frame.withPayload(bytes);
    }

    /** Puts another number where a length may stand. */
    private Frame lie(Frame frame) {
        if (frame.payload().length < 4) {
            return flipBits(frame);
        }
        byte[] bytes = frame.payload().clone();
        Unpooled.wrappedBuffer(bytes).setInt(random.nextInt(bytes.length - 3), LIES[random.nextInt(LIES.length)]);
        return frame.withPayload(bytes);
    }

    /** A declaration whose arguments nest deeper than any stack should have to follow. */
    private Frame deepTable() {
        boolean arrays = random.nextBoolean();
        ByteBuf table = Unpooled.buffer();
        for (int depth = random.nextInt(600); depth > 0; depth--) {
            ByteBuf outer = Unpooled.buffer();
            if (!arrays || depth == 1) {
                outer.writeByte(1).writeByte('n');
            }
            outer.writeByte(arrays ? 'A' : 'F').writeInt(table.readableBytes()).writeBytes(table);
            table = outer;
        }
        ByteBuf out = Unpooled.buffer().writeInt(50 << 16 | 10).writeShort(0);
        out.writeByte(1).writeByte('d').writeByte(0);
        out.writeInt(table.readableBytes()).writeBytes(table);
        return Frame.of(FrameType.METHOD, random.nextInt(1, 4), ByteBufUtil.getBytes(out));
    }
}
