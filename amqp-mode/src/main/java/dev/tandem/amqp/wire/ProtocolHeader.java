package dev.tandem.amqp.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The 8 octets with which a client opens a connection (AMQP 0-9-1 §4.2.2). */
public final class ProtocolHeader {
    public static final int SIZE = 8;

    private static final byte[] AMQP_0_9_1 = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    /** As AMQP 0-9 wrote it; RabbitMQ takes it, since nothing that is used differs. */
    private static final byte[] AMQP_0_9 = {'A', 'M', 'Q', 'P', 1, 1, 0, 9};

    private ProtocolHeader() {}

    /** Reads a header; true when it asks for a protocol that we speak. */
    public static boolean read(ByteBuf in) {
        byte[] header = new byte[SIZE];
        in.readBytes(header);
        return Arrays.equals(header, AMQP_0_9_1) || Arrays.equals(header, AMQP_0_9);
    }

    /** Writes the header of the protocol that we speak. */
    public static void write(ByteBuf out) {
        out.writeBytes(AMQP_0_9_1);
    }
}
