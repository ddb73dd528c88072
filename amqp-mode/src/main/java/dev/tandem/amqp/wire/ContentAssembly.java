package dev.tandem.amqp.wire;

import dev.tandem.amqp.wire.WireException.Kind;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;

/**
 * Puts the content of one channel together: header, then bodies (AMQP 0-9-1 §4.2.6). Used again for every message.
 *
 * <p>The array for a body grows with what has arrived, to at most twice of it plus one frame, so that announcing a large
 * body costs the peer as much as it costs us.
 */
public final class ContentAssembly {
    /** As in RabbitMQ; a body past it cannot be meant. */
    public static final long HARD_LIMIT = 512L << 20;

    private static final int BASIC = 60;
    private static final byte[] NOTHING = new byte[0];

    private final ContentMemory memory;
    private boolean awaitingHeader;
    private boolean awaitingBody;
    private long bodySize;
    private int announced;
    private int received;
    private byte[] body = NOTHING;
    /** Bytes of the body that {@link #memory} counts. */
    private int counted;

    private ContentProperties properties = ContentProperties.EMPTY;

    public ContentAssembly(ContentMemory memory) {
        this.memory = memory;
    }

    /** A method with content has arrived; its header must follow. */
    public void begin() {
        awaitingHeader = true;
    }

    /** True from a method with content until its last body frame. */
    public boolean isExpected() {
        return awaitingHeader || awaitingBody;
    }

    /**
     * Reads the header, which has at least {@link FrameType#MIN_HEADER_SIZE} bytes.
     *
     * @return the size of the body, which may exceed what the caller allows; 0 when the content is complete
     * @throws WireException when no header is due or it is malformed
     */
    public long onHeader(ByteBuf payload, int length) {
        if (!awaitingHeader) {
            throw awaitingBody ? noBody() : noMethod();
        }
        int classId = payload.readUnsignedShort();
        int weight = payload.readUnsignedShort();
        if (weight != 0) {
            throw noHeader();
        }
        if (classId != BASIC) {
            throw unexpected("expected content header for class 60, got one for class " + classId + " instead");
        }
        bodySize = payload.readLong();
        if (bodySize < 0 || bodySize > HARD_LIMIT) {
            throw new WireException(
                    Kind.FRAME_ERROR,
                    "content body size " + Long.toUnsignedString(bodySize) + " exceeds maximum allowed size "
                            + HARD_LIMIT);
        }
        readProperties(payload, length - FrameType.MIN_HEADER_SIZE);
        awaitingHeader = false;
        awaitingBody = bodySize > 0;
        received = 0;
        body = NOTHING;
        return bodySize;
    }

    /** A body frame of so many bytes begins. */
    public void onBodyFrame(int length) {
        if (!awaitingBody) {
            throw awaitingHeader ? noHeader() : noMethod();
        }
        announced = received + length;
        if (length > bodySize - received) {
            throw new WireException(Kind.FRAME_ERROR, "content body frame exceeds remaining content size");
        }
        if (announced > body.length) {
            int size = (int) Math.min(bodySize, Math.max(announced, 2L * received));
            if (length < bodySize) {
                count(size);
            }
            byte[] larger = new byte[size];
            System.arraycopy(body, 0, larger, 0, received);
            body = larger;
        }
    }

    /** Bytes of the body frame that has begun. */
    public void onBodyBytes(ByteBuf bytes, int length) {
        bytes.readBytes(body, received, length);
        received += length;
    }

    /** A body frame has ended; true when the content is complete. */
    public boolean onBodyFrameEnd() {
        awaitingBody = received < bodySize;
        return !awaitingBody;
    }

    /** A method has arrived where content is due. */
    public WireException methodInstead() {
        return awaitingHeader ? noHeader() : noBody();
    }

    /** Content has arrived where a method is due. */
    public static WireException noMethod() {
        return unexpected("expected method frame, got non method frame instead");
    }

    /** Properties of the content that is complete. */
    public ContentProperties properties() {
        return properties;
    }

    /** Body of the content that is complete; hands the array over. */
    public Slice takeBody() {
        if (bodySize == 0) {
            return Slice.EMPTY;
        }
        byte[] complete = body;
        body = NOTHING;
        uncount();
        return Slice.of(complete, 0, (int) bodySize);
    }

    /** Bytes held for the content that is arriving. */
    int allocatedBytes() {
        return body.length;
    }

    /** Forgets what has arrived. */
    public void reset() {
        awaitingHeader = false;
        awaitingBody = false;
        body = NOTHING;
        uncount();
    }

    private void count(int size) {
        if (!memory.tryTake(size - counted)) {
            throw new WireException(
                    Kind.RESOURCE_ERROR,
                    "no memory for a body of " + bodySize + " bytes: too many large messages are arriving");
        }
        counted = size;
    }

    private void uncount() {
        if (counted > 0) {
            memory.release(counted);
            counted = 0;
        }
    }

    /** Producers tend to repeat themselves: properties equal to the last ones are the last ones. */
    private void readProperties(ByteBuf payload, int length) {
        if (isSameAsLast(payload, length)) {
            payload.skipBytes(length);
            return;
        }
        byte[] bytes = new byte[length];
        payload.readBytes(bytes);
        properties = ContentProperties.parse(Slice.of(bytes));
    }

    private boolean isSameAsLast(ByteBuf payload, int length) {
        Slice last = properties.bytes();
        if (last.length() != length) {
            return false;
        }
        int at = payload.readerIndex();
        for (int i = 0; i < length; i++) {
            if (payload.getByte(at + i) != last.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static WireException noHeader() {
        return unexpected("expected content header for class 60, got non content header frame instead");
    }

    private static WireException noBody() {
        return unexpected("expected content body, got non content body frame instead");
    }

    private static WireException unexpected(String message) {
        return new WireException(Kind.UNEXPECTED_FRAME, message);
    }
}
