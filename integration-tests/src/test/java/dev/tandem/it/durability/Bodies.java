package dev.tandem.it.durability;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bodies that tell their number, and whether anything of them was damaged. */
final class Bodies {
    private static final int MAX_PADDING = 1_500;

    private Bodies() {}

    static byte[] of(long number) {
        var body = new byte[Long.BYTES + (int) (number * 31 % MAX_PADDING)];
        Arrays.fill(body, (byte) number);
        ByteBuffer.wrap(body).putLong(number);
        return body;
    }

    /** The number of an undamaged body; -1 for any other. */
    static long number(byte[] body) {
        if (body.length < Long.BYTES) {
            return -1;
        }
        long number = ByteBuffer.wrap(body).getLong();
        return number >= 0 && Arrays.equals(body, of(number)) ? number : -1;
    }
}
