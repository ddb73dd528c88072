package dev.tandem.amqp.wire;

import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes a field table entry by entry. */
public final class FieldTableBuilder {
    private final ByteBuf out = Unpooled.buffer(64);

    FieldTableBuilder() {}

    public FieldTableBuilder put(String name, FieldValue value) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > ShortString.MAX_LENGTH) {
            throw new IllegalArgumentException("a field name of " + bytes.length + " bytes exceeds 255");
        }
        out.writeByte(bytes.length);
        out.writeBytes(bytes);
        writeValue(value);
        return this;
    }

    public FieldTableBuilder put(String name, String value) {
        return put(name, FieldValue.LongString.of(value));
    }

    public FieldTableBuilder put(String name, boolean value) {
        return put(name, new FieldValue.Bool(value));
    }

    /** As a {@code long}, the type RabbitMQ uses for counts. */
    public FieldTableBuilder put(String name, long value) {
        return put(name, new FieldValue.Int(FieldType.LONG, value));
    }

    public FieldTableBuilder put(String name, FieldTable value) {
        return put(name, new FieldValue.Table(value));
    }

    public FieldTableBuilder put(String name, List<FieldValue> values) {
        return put(name, new FieldValue.Array(values));
    }

    /** The table; the builder must not be used afterwards. */
    public FieldTable build() {
        return FieldTable.parse(Slice.of(ByteBufUtil.getBytes(out)));
    }

    private void writeValue(FieldValue value) {
        out.writeByte(value.type().letter());
        switch (value.type()) {
            case BOOL -> out.writeBoolean(((FieldValue.Bool) value).value());
            case BYTE, UNSIGNED_BYTE -> out.writeByte((int) ((FieldValue.Int) value).value());
            case SHORT, UNSIGNED_SHORT -> out.writeShort((int) ((FieldValue.Int) value).value());
            case SIGNED_INT, UNSIGNED_INT -> out.writeInt((int) ((FieldValue.Int) value).value());
            case LONG, LONG_ALIAS -> out.writeLong(((FieldValue.Int) value).value());
            case FLOAT -> out.writeFloat(((FieldValue.Float32) value).value());
            case DOUBLE -> out.writeDouble(((FieldValue.Float64) value).value());
            case DECIMAL -> {
                out.writeByte(((FieldValue.Decimal) value).scale());
                out.writeInt((int) ((FieldValue.Decimal) value).unscaled());
            }
            case LONG_STRING -> writeBytes(((FieldValue.LongString) value).bytes());
            case TIMESTAMP -> out.writeLong(((FieldValue.Timestamp) value).seconds());
            case ARRAY -> {
                int lengthIndex = out.writerIndex();
                out.writeInt(0);
                ((FieldValue.Array) value).values().forEach(this::writeValue);
                out.setInt(lengthIndex, out.writerIndex() - lengthIndex - 4);
            }
            case TABLE -> writeBytes(((FieldValue.Table) value).table().bytes());
            case BYTE_ARRAY -> writeBytes(((FieldValue.Binary) value).bytes());
            case VOID -> {}
        }
    }

    private void writeBytes(Slice bytes) {
        out.writeInt(bytes.length());
        out.writeBytes(bytes.array(), bytes.offset(), bytes.length());
    }
}
