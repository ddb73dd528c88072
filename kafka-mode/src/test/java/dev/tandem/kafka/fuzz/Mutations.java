package dev.tandem.kafka.fuzz;

import dev.tandem.kafka.fuzz.Frame.LengthField;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.kafka.common.protocol.ApiKeys;

/** Makes a frame one that no client would send. */
final class Mutations {
    private static final int[] LIES = {
        -2,
        -1,
        0,
        1,
        5,
        127,
        128,
        32_767,
        32_768,
        65_536,
        1 << 20,
        1 << 28,
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private final SplittableRandom random;

    Mutations(SplittableRandom random) {
        this.random = random;
    }

    Frame mutate(Frame frame, Frame other) {
        return switch (random.nextInt(12)) {
            case 0 -> frame.withBytes(Arrays.copyOf(frame.bytes(), random.nextInt(frame.bytes().length)));
            case 1 -> frame.withLength(frame.length() + random.nextInt(1, 1_000));
            case 2 -> frame.withLength(LIES[random.nextInt(LIES.length)]);
            case 3, 4 -> flipBits(frame);
            case 5, 6, 7 -> lie(frame);
            case 8 -> header(frame);
            case 9 -> frame.withBytes(Arrays.copyOf(frame.bytes(), frame.bytes().length + random.nextInt(1, 100)));
            case 10 -> endlessVarint(frame);
            default -> splice(frame, other);
        };
    }

    private Frame flipBits(Frame frame) {
        byte[] bytes = frame.bytes().clone();
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return frame.withBytes(bytes);
    }

    /** Puts another number where a length or a count stands. */
    private Frame lie(Frame frame) {
        if (frame.lengths().isEmpty()) {
            return flipBits(frame);
        }
        LengthField field = frame.lengths().get(random.nextInt(frame.lengths().size()));
        int lie = random.nextInt(3) == 0
                ? frame.bytes().length - field.at() + random.nextInt(-6, 7)
                : LIES[random.nextInt(LIES.length)];
        byte[] bytes = frame.bytes().clone();
        switch (field.kind()) {
            case INT16 -> ByteBuffer.wrap(bytes).putShort(field.at(), (short) lie);
            case INT32 -> ByteBuffer.wrap(bytes).putInt(field.at(), lie);
            case VARINT -> {
                return frame.withBytes(withVarint(bytes, field.at(), lie));
            }
        }
        return frame.withBytes(bytes);
    }

    private static byte[] withVarint(byte[] bytes, int at, int value) {
        int old = 1;
        while (bytes[at + old - 1] < 0) {
            old++;
        }
        var changed = ByteBuffer.allocate(bytes.length - old + 5);
        changed.put(bytes, 0, at);
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            changed.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        changed.put((byte) rest);
        changed.put(bytes, at + old, bytes.length - at - old);
        return Arrays.copyOf(changed.array(), changed.position());
    }

    /** Another API, or another version. */
    private Frame header(Frame frame) {
        byte[] bytes = frame.bytes().clone();
        var buffer = ByteBuffer.wrap(bytes);
        switch (random.nextInt(4)) {
            case 0 -> buffer.putShort(0, (short) random.nextInt(-100, 1_000));
            case 1 -> buffer.putShort(0, ApiKeys.values()[random.nextInt(ApiKeys.values().length)].id);
            case 2 -> buffer.putShort(2, (short) random.nextInt(-3, 40));
            default -> buffer.putShort(2, (short) random.nextInt());
        }
        return frame.withBytes(bytes);
    }

    private Frame endlessVarint(Frame frame) {
        byte[] bytes = frame.bytes().clone();
        int from = random.nextInt(bytes.length);
        Arrays.fill(bytes, from, Math.min(bytes.length, from + random.nextInt(1, 12)), (byte) 0xFF);
        return frame.withBytes(bytes);
    }

    private Frame splice(Frame frame, Frame other) {
        int head = random.nextInt(frame.bytes().length);
        int tail = random.nextInt(other.bytes().length);
        byte[] bytes = Arrays.copyOf(frame.bytes(), head + other.bytes().length - tail);
        System.arraycopy(other.bytes(), tail, bytes, head, other.bytes().length - tail);
        return frame.withBytes(bytes);
    }
}
