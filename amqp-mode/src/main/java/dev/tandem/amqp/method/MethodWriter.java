package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;

/** Writes method arguments. */
public final class MethodWriter {
    private final ByteBuf buffer;

    MethodWriter(ByteBuf buffer) {
        this.buffer = buffer;
    }

    void writeOctet(int value) {
        buffer.writeByte(value);
    }

    void writeShort(int value) {
        buffer.writeShort(value);
    }

    void writeLong(long value) {
        buffer.writeInt((int) value);
    }

    void writeLongLong(long value) {
        buffer.writeLong(value);
    }

    /** Packs consecutive bits into one octet, the first into the lowest (AMQP 0-9-1 §4.2.5.2). */
    void writeBits(boolean... bits) {
        int octet = 0;
        for (int i = 0; i < bits.length; i++) {
            octet |= bits[i] ? 1 << i : 0;
        }
        buffer.writeByte(octet);
    }

    void writeShortString(String value) {
        writeShortString(ShortString.of(value));
    }

    void writeShortString(ShortString value) {
        Slice bytes = value.bytes();
        buffer.writeByte(bytes.length());
        buffer.writeBytes(bytes.array(), bytes.offset(), bytes.length());
    }

    void writeLongString(Slice value) {
        buffer.writeInt(value.length());
        buffer.writeBytes(value.array(), value.offset(), value.length());
    }

    void writeTable(FieldTable table) {
        writeLongString(table.bytes());
    }
}
