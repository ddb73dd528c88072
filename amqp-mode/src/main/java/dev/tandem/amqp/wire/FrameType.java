package dev.tandem.amqp.wire;

/** Frame types and the octets around a payload (AMQP 0-9-1 §4.2.3). */
public final class FrameType {
    public static final int METHOD = 1;
    public static final int HEADER = 2;
    public static final int BODY = 3;
    public static final int HEARTBEAT = 8;

    /** Type, channel and size before the payload. */
    public static final int HEAD_SIZE = 7;

    public static final int END = 0xCE;

    private FrameType() {}
}
