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

    /** Class and method. */
    public static final int MIN_METHOD_SIZE = 4;

    /** Class, weight and body size. */
    public static final int MIN_HEADER_SIZE = 12;

    /** Whether a payload may have a size at all; false for unknown types. */
    static boolean mayHaveSize(int type, int size) {
        return switch (type) {
            case METHOD -> size >= MIN_METHOD_SIZE;
            case HEADER -> size >= MIN_HEADER_SIZE;
            case BODY -> true;
            case HEARTBEAT -> size == 0;
            default -> false;
        };
    }

    private FrameType() {}
}
