package dev.tandem.kafka.record;

import java.io.IOException;
import java.io.InputStream;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a batch's records, read forward: either straight from the frame, or unpacked piece by piece from a
 * stream, never more than a limit.
 */
final class RecordSource {
    private static final int PIECE = 16 << 10;

    private final @Nullable InputStream packed;
    private final long unpackLimit;
    private byte[] bytes;
    private int at;
    private int end;
    private long passed;

    private RecordSource(@Nullable InputStream packed, long unpackLimit, byte[] bytes, int at, int end) {
        this.packed = packed;
        this.unpackLimit = unpackLimit;
        this.bytes = bytes;
        this.at = at;
        this.end = end;
        this.passed = -at;
    }

    static RecordSource of(byte[] array, int from, int end) {
        return new RecordSource(null, 0, array, from, end);
    }

    static RecordSource unpacking(InputStream packed, long limit) {
        return new RecordSource(packed, limit, new byte[PIECE], 0, 0);
    }

    /** Bytes read so far. */
    long position() {
        return passed + at;
    }

    boolean isAtEnd() {
        return at == end && !refill();
    }

    byte readByte() {
        if (at == end && !refill()) {
            throw truncated();
        }
        return bytes[at++];
    }

    /** A zig-zag varint that must fit an int. */
    int readVarint() {
        long value = readVarlong();
        if (value != (int) value) {
            throw new RejectedBatchException(Errors.INVALID_RECORD, "a length does not fit 32 bits");
        }
        return (int) value;
    }

    /** A zig-zag varint of up to ten bytes. */
    long readVarlong() {
        long zigzag = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = readByte();
            zigzag |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new RejectedBatchException(Errors.INVALID_RECORD, "a varint is longer than ten bytes");
    }

    /** Passes over bytes without looking at them. */
    void skip(int count) {
        int rest = count;
        while (rest > end - at) {
            rest -= end - at;
            at = end;
            if (!refill()) {
                throw truncated();
            }
        }
        at += rest;
    }

    private boolean refill() {
        InputStream from = packed;
        if (from == null) {
            return false;
        }
        passed += at;
        at = 0;
        end = 0;
        try {
            int read = from.read(bytes, 0, bytes.length);
            if (read <= 0) {
                return false;
            }
            end = read;
        } catch (IOException | RuntimeException e) {
            throw new RejectedBatchException(
                    Errors.CORRUPT_MESSAGE, "the records cannot be unpacked: " + e.getMessage());
        }
        if (passed + end > unpackLimit) {
            throw new UnpackLimitException(unpackLimit);
        }
        return true;
    }

    private static RejectedBatchException truncated() {
        return new RejectedBatchException(Errors.INVALID_RECORD, "the records end before their count is reached");
    }
}
