package dev.tandem.kafka.record;

import dev.tandem.storage.record.RecordBatchLayout;
import org.apache.kafka.common.protocol.Errors;

/**
 * Checks what a snappy stream claims before the library allocates for it: the library takes chunk lengths and unpacked
 * lengths at their word, up to 512 MiB each.
 *
 * <p>Two forms occur: one raw snappy block (librdkafka), and snappy-java's framing: 16 bytes of header, then chunks of a
 * 32-bit length and a block.
 */
final class SnappyBounds {
    private static final long FRAMED = 0x82534e4150505900L; // 0x82 "SNAPPY" 0x00
    private static final int FRAME_HEADER = 16;
    /** A copy element of three bytes yields at most 64. */
    private static final int MAX_RATIO = 22;

    private SnappyBounds() {}

    static void check(byte[] array, int from, int end) {
        if (end - from < FRAME_HEADER || RecordBatchLayout.getLong(array, from) != FRAMED) {
            checkBlock(array, from, end);
            return;
        }
        int at = from + FRAME_HEADER;
        while (at < end) {
            if (end - at < 4) {
                throw corrupt();
            }
            int length = RecordBatchLayout.getInt(array, at);
            at += 4;
            if (length < 0 || length > end - at) {
                throw corrupt();
            }
            checkBlock(array, at, at + length);
            at += length;
        }
    }

    /** A block begins with its unpacked length, an unsigned varint. */
    private static void checkBlock(byte[] array, int from, int end) {
        long unpacked = 0;
        int shift = 0;
        int at = from;
        byte b;
        do {
            if (at == end || shift > 28) {
                throw corrupt();
            }
            b = array[at++];
            unpacked |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        if (unpacked > (long) MAX_RATIO * (end - from)) {
            throw corrupt();
        }
    }

    private static RejectedBatchException corrupt() {
        return new RejectedBatchException(Errors.CORRUPT_MESSAGE, "the records are no valid snappy stream");
    }
}
