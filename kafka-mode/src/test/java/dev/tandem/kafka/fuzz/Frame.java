package dev.tandem.kafka.fuzz;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param length what its length field says
 * @param bytes what follows
 * @param lengths where lengths and counts stand in its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Frame(int length, byte[] bytes, List<LengthField> lengths) {

    /** A frame whose length field is right. */
    static Frame of(byte[] bytes, List<LengthField> lengths) {
        return new Frame(bytes.length, bytes, lengths);
    }

    Frame withBytes(byte[] other) {
        return of(other, List.of());
    }

    Frame withLength(int other) {
        return new Frame(other, bytes, lengths);
    }

    boolean isWhole() {
        return length == bytes.length;
    }

    /** The key of its API, -1 when it is too short to have one. */
    int apiKey() {
        return bytes.length < 2 ? -1 : ByteBuffer.wrap(bytes).getShort();
    }

    byte[] onTheWire() {
        return ByteBuffer.allocate(4 + bytes.length).putInt(length).put(bytes).array();
    }

    /** A length or a count within a frame. */
    record LengthField(int at, Kind kind) {
        enum Kind {
            INT16,
            INT32,
            VARINT
        }
    }
}
