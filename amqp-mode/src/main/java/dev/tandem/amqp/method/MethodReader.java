package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.amqp.wire.WireException;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;

/** Reads method arguments within the bounds of one frame; reading past them is a {@link WireException}. */
public final class MethodReader {
    private final ByteBuf buffer;
    private final int end;

    MethodReader(ByteBuf buffer, int length) {
        this.buffer = buffer;
        this.end = buffer.readerIndex() + length;
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
        return ShortString.decode(readBytes(readOctet()));
    }

    ShortString readShortStringBytes() {
        return ShortString.of(readBytes(readOctet()));
    }

    Slice readLongString() {
        return readBytes(readLong());
    }

    FieldTable readTable() {
        return FieldTable.parse(readBytes(readLong()));
    }

    void skip(int length) {
        require(length);
        buffer.skipBytes(length);
    }

    void skipShortString() {
        skip(readOctet());
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
            throw new WireException(
                    WireException.Kind.SYNTAX_ERROR,
                    "method arguments need " + length + " bytes, the frame has " + (end - buffer.readerIndex()));
        }
    }
}
