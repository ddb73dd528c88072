package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FrameFault;
import dev.tandem.amqp.wire.FrameType;
import dev.tandem.amqp.wire.Octets;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.amqp.wire.WireException;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads a method within the bounds of one frame; reading past them is a {@link WireException}. As in RabbitMQ, a method that
 * does not fit its frame is told before anything that is wrong within it.
 */
public final class MethodReader {
    /** More than a reply text takes. */
    private static final int SHOWN_OCTETS = 120;

    private final ByteBuf buffer;
    private final int start;
    private final int end;
    private final int classId;
    private final int methodId;
    private @Nullable WireException fault;

    /** Reads class and method, which the frame must have. */
    MethodReader(ByteBuf buffer, int length) {
        if (length < FrameType.MIN_METHOD_SIZE) {
            throw FrameFault.unknown(FrameType.METHOD, buffer, length);
        }
        this.buffer = buffer;
        this.end = buffer.readerIndex() + length;
        this.classId = buffer.readUnsignedShort();
        this.methodId = buffer.readUnsignedShort();
        this.start = buffer.readerIndex();
    }

    int classId() {
        return classId;
    }

    int methodId() {
        return methodId;
    }

    /**
     * Ends the method.
     *
     * @throws WireException when something is left, or something that was read is malformed
     */
    void finish() {
        if (buffer.readerIndex() != end) {
            throw cannotDecode();
        }
        if (fault != null) {
            throw fault;
        }
    }

    int readOctet() {
        require(1);
        return buffer.readUnsignedByte();
    }

    int readShort() {
        require(2);
        return buffer.readUnsignedShort();
    }

    long readLong() {
        require(4);
        return buffer.readUnsignedInt();
    }

    long readLongLong() {
        require(8);
        return buffer.readLong();
    }

    String readShortString() {
        Slice bytes = readBytes(readOctet());
        try {
            return ShortString.decode(bytes);
        } catch (WireException e) {
            noteFault(e);
            return "";
        }
    }

    ShortString readShortStringBytes() {
        return ShortString.of(readBytes(readOctet()));
    }

    Slice readLongString() {
        return readBytes(readLong());
    }

    FieldTable readTable() {
        Slice bytes = readBytes(readLong());
        try {
            return FieldTable.parse(bytes);
        } catch (WireException e) {
            noteFault(new WireException(e.kind(), e.explanation(), classId, methodId));
            return FieldTable.EMPTY;
        }
    }

    void skip(int length) {
        require(length);
        buffer.skipBytes(length);
    }

    /** Reads a reserved one. */
    void skipShortString() {
        readShortString();
    }

    void skipLongString() {
        long length = readLong();
        require(length);
        buffer.skipBytes((int) length);
    }

    /** Copies: the length is checked against the frame first, so that a lie allocates nothing. */
    private Slice readBytes(long length) {
        require(length);
        if (length == 0) {
            return Slice.EMPTY;
        }
        byte[] bytes = new byte[(int) length];
        buffer.readBytes(bytes);
        return Slice.of(bytes);
    }

    private void require(long length) {
        if (length > end - buffer.readerIndex()) {
            throw cannotDecode();
        }
    }

    private void noteFault(WireException found) {
        if (fault == null) {
            fault = found;
        }
    }

    private WireException cannotDecode() {
        int shown = Math.min(end - start, SHOWN_OCTETS);
        return new WireException(
                WireException.Kind.FRAME_ERROR,
                "cannot decode " + Octets.asNumbers(buffer, start, shown),
                classId,
                methodId);
    }
}
