package dev.tandem.console.lab;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a message's body holds: which message of which producer and round it is, when it was meant to be sent, and
 * filling that does not compress.
 *
 * @param round the round it belongs to
 * @param producer the producer in its lane
 * @param sequence counted from 0 in each round and producer
 * @param intendedNanos when it was meant to be sent, by {@link System#nanoTime()}
 */
record Payload(int round, int producer, long sequence, long intendedNanos) {
    /** Bytes of the fields; a body cannot be smaller. */
    static final int MIN_SIZE = 32;

    private static final int MAGIC = 0x54414e44;

    /** Filling for bodies of one size, to be copied. */
    static byte[] filling(int size, long seed) {
        var filling = new byte[size];
        new SplittableRandom(seed).nextBytes(filling);
        return filling;
    }

    /** A new body. */
    byte[] body(byte[] filling) {
        byte[] body = filling.clone();
        ByteBuffer.wrap(body)
                .putInt(MAGIC)
                .putInt(round)
                .putInt(producer)
                .putInt(body.length)
                .putLong(sequence)
                .putLong(intendedNanos);
        return body;
    }

    /** Empty when the body is not one of ours, or not whole. */
    static Optional<Payload> read(byte[] body) {
        if (body.length < MIN_SIZE) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(body);
        if (fields.getInt() != MAGIC) {
            return Optional.empty();
        }
        int round = fields.getInt();
        int producer = fields.getInt();
        if (fields.getInt() != body.length) {
            return Optional.empty();
        }
        return Optional.of(new Payload(round, producer, fields.getLong(), fields.getLong()));
    }
}
