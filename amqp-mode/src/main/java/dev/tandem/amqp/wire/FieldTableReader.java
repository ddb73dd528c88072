package dev.tandem.amqp.wire;

import dev.tandem.amqp.wire.WireException.Kind;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks field tables without allocating for them, and decodes those that passed. */
final class FieldTableReader {
    private FieldTableReader() {}

    /** Walks a table. */
    static void checkTable(Slice bytes) {
        checkTable(new SliceReader(bytes), bytes.length(), 1);
    }

    private static void checkTable(SliceReader in, int length, int depth) {
        int end = in.remaining() - length;
        while (in.remaining() > end) {
            int nameLength = in.readUnsignedByte();
            require(nameLength, in.remaining() - end);
            in.skip(nameLength);
            checkValue(in, end, depth);
        }
    }

    private static void checkValue(SliceReader in, int end, int depth) {
        require(1, in.remaining() - end);
        FieldType type = FieldType.of(in.readUnsignedByte());
        long size = type.size();
        if (size < 0) {
            require(4, in.remaining() - end);
            size = in.readInt() & 0xFFFF_FFFFL;
        }
        require(size, in.remaining() - end);
        if (type != FieldType.TABLE && type != FieldType.ARRAY) {
            in.skip((int) size);
            return;
        }
        if (depth == FieldTable.MAX_DEPTH) {
            throw new WireException(Kind.SYNTAX_ERROR, "a field table nests deeper than " + FieldTable.MAX_DEPTH);
        }
        if (type == FieldType.TABLE) {
            checkTable(in, (int) size, depth + 1);
        } else {
            int arrayEnd = in.remaining() - (int) size;
            while (in.remaining() > arrayEnd) {
                checkValue(in, arrayEnd, depth + 1);
            }
        }
    }

    private static void require(long length, int remaining) {
        if (length > remaining) {
            throw new WireException(Kind.SYNTAX_ERROR, "a field table needs " + length + " bytes, it has " + remaining);
        }
    }

    /** Decodes a checked table. */
    static Map<String, FieldValue> readTable(Slice bytes) {
        var in = new SliceReader(bytes);
        var entries = new LinkedHashMap<String, FieldValue>();
        while (in.remaining() > 0) {
            Slice name = in.readSlice(in.readUnsignedByte());
            FieldValue value = readValue(in);
            entries.putIfAbsent(new String(name.array(), name.offset(), name.length(), StandardCharsets.UTF_8), value);
        }
        return entries;
    }

    private static FieldValue readValue(SliceReader in) {
        FieldType type = FieldType.of(in.readUnsignedByte());
        return switch (type) {
            case BOOL -> new FieldValue.Bool(in.readByte() != 0);
            case BYTE -> new FieldValue.Int(type, in.readByte());
            case UNSIGNED_BYTE -> new FieldValue.Int(type, in.readUnsignedByte());
            case SHORT -> new FieldValue.Int(type, in.readShort());
            case UNSIGNED_SHORT -> new FieldValue.Int(type, in.readShort() & 0xFFFF);
            case SIGNED_INT -> new FieldValue.Int(type, in.readInt());
            case UNSIGNED_INT -> new FieldValue.Int(type, in.readInt() & 0xFFFF_FFFFL);
            case LONG, LONG_ALIAS -> new FieldValue.Int(FieldType.LONG, in.readLong());
            case FLOAT -> new FieldValue.Float32(Float.intBitsToFloat(in.readInt()));
            case DOUBLE -> new FieldValue.Float64(Double.longBitsToDouble(in.readLong()));
            case DECIMAL -> new FieldValue.Decimal(in.readUnsignedByte(), in.readInt() & 0xFFFF_FFFFL);
            case LONG_STRING -> new FieldValue.LongString(in.readSlice(in.readInt()));
            case TIMESTAMP -> new FieldValue.Timestamp(in.readLong());
            case ARRAY -> new FieldValue.Array(readArray(in.readSlice(in.readInt())));
            case TABLE -> new FieldValue.Table(FieldTable.checked(in.readSlice(in.readInt())));
            case BYTE_ARRAY -> new FieldValue.Binary(in.readSlice(in.readInt()));
            case VOID -> new FieldValue.Void();
        };
    }

    private static List<FieldValue> readArray(Slice bytes) {
        var in = new SliceReader(bytes);
        var values = new ArrayList<FieldValue>();
        while (in.remaining() > 0) {
            values.add(readValue(in));
        }
        return values;
    }
}
