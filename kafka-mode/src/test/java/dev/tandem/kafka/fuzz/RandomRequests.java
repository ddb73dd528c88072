package dev.tandem.kafka.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.kafka.fuzz.Frame.LengthField;
import dev.tandem.kafka.fuzz.Frame.LengthField.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

/**
 * Well-formed requests of any API and version with random content, written by the schemas that Kafka's message classes
 * carry: the corpus of the fuzz test needs no hand per API.
 */
final class RandomRequests {
    private static final List<String> TEXTS = List.of(
            "fuzz-a",
            "fuzz-b",
            "fuzz-c",
            "",
            ".",
            "..",
            "a/b",
            "ü\u0000\uD83D\uDE80",
            "1",
            "-1",
            "x".repeat(260),
            "range");
    /** The beginning of every request header. */
    private static final List<String> WRITTEN_FIRST =
            List.of("request_api_key", "request_api_version", "correlation_id");

    private static final long[] NUMBERS = {
        0,
        0,
        0,
        0,
        0,
        1,
        1,
        1,
        2,
        3,
        5,
        -1,
        -1,
        -2,
        -3,
        -6,
        100,
        127,
        -128,
        32_767,
        65_536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final SplittableRandom random;
    private final RandomBatches batches;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<LengthField> lengths = new ArrayList<>();

    RandomRequests(SplittableRandom random) {
        this.random = random;
        this.batches = new RandomBatches(random);
    }

    /** A request of one API in one version. */
    Frame next(ApiKeys key, short version, int correlationId) {
        out.reset();
        lengths.clear();
        int16(key.id);
        int16(version);
        int32(correlationId);
        short headerVersion = key.requestHeaderVersion(version);
        for (BoundField field : RequestHeaderData.SCHEMAS[headerVersion].fields()) {
            if (!WRITTEN_FIRST.contains(field.def.name)) {
                write(field.def, 0);
            }
        }
        write(key.messageType.requestSchemas()[version], 0);
        return Frame.of(out.toByteArray(), List.copyOf(lengths));
    }

    private void write(Schema schema, int depth) {
        for (BoundField field : schema.fields()) {
            write(field.def, depth);
        }
    }

    private void write(Field field, int depth) {
        Type type = field.type;
        if (type instanceof TaggedFields tagged) {
            writeTagged(tagged, depth);
        } else if (type instanceof Schema schema) {
            boolean absent = type.isNullable() && random.nextInt(4) == 0;
            if (type.isNullable()) {
                int8(absent ? -1 : 1);
            }
            if (!absent) {
                write(schema, depth + 1);
            }
        } else if (type.isArray()) {
            writeArray(field, depth);
        } else if (type == Type.BOOLEAN) {
            int8(random.nextInt(2));
        } else if (type == Type.INT8) {
            int8((int) number(field.name));
        } else if (type == Type.INT16 || type == Type.UINT16) {
            int16((int) number(field.name));
        } else if (type == Type.INT32 || type == Type.UNSIGNED_INT32) {
            int32((int) number(field.name));
        } else if (type == Type.INT64 || type == Type.FLOAT64) {
            int64(number(field.name));
        } else if (type == Type.UUID) {
            int64(random.nextInt(3) == 0 ? 0 : random.nextLong());
            int64(random.nextInt(3));
        } else if (type == Type.VARINT || type == Type.VARLONG) {
            varint((int) number(field.name));
        } else {
            writeSized(type);
        }
    }

    private void writeTagged(TaggedFields tagged, int depth) {
        List<Map.Entry<Integer, Field>> known = random.nextBoolean()
                ? List.of()
                : tagged.fields().entrySet().stream()
                        .filter(entry -> random.nextBoolean())
                        .sorted(Map.Entry.comparingByKey())
                        .toList();
        boolean unknown = random.nextInt(10) == 0;
        varint(known.size() + (unknown ? 1 : 0));
        for (var entry : known) {
            varint(entry.getKey());
            var inner = new RandomRequests(random);
            inner.write(entry.getValue(), depth + 1);
            mark(Kind.VARINT);
            varint(inner.out.size());
            out.writeBytes(inner.out.toByteArray());
        }
        if (unknown) {
            varint(9_999);
            mark(Kind.VARINT);
            varint(3);
            out.writeBytes(new byte[3]);
        }
    }

    private void writeArray(Field field, int depth) {
        boolean compact = field.type instanceof CompactArrayOf;
        boolean absent = field.type.isNullable() && random.nextInt(4) == 0;
        int count = depth > 3 ? random.nextInt(2) : random.nextInt(4);
        mark(compact ? Kind.VARINT : Kind.INT32);
        if (compact) {
            varint(absent ? 0 : count + 1);
        } else {
            int32(absent ? -1 : count);
        }
        Type element = field.type.arrayElementType().orElseThrow();
        for (int i = 0; i < count && !absent; i++) {
            write(new Field(field.name, element), depth + 1);
        }
    }

    /** Strings, bytes and records: a length, then so many bytes. */
    private void writeSized(Type type) {
        boolean records = type == Type.RECORDS
                || type == Type.COMPACT_RECORDS
                || type == Type.NULLABLE_RECORDS
                || type == Type.COMPACT_NULLABLE_RECORDS;
        boolean shortLength = type == Type.STRING || type == Type.NULLABLE_STRING;
        boolean compact = type == Type.COMPACT_STRING
                || type == Type.COMPACT_NULLABLE_STRING
                || type == Type.COMPACT_BYTES
                || type == Type.COMPACT_NULLABLE_BYTES
                || type == Type.COMPACT_RECORDS
                || type == Type.COMPACT_NULLABLE_RECORDS;
        boolean absent = type.isNullable() && random.nextInt(6) == 0;
        byte[] bytes = records
                ? batches.next()
                : TEXTS.get(random.nextInt(TEXTS.size())).getBytes(UTF_8);
        mark(compact ? Kind.VARINT : shortLength ? Kind.INT16 : Kind.INT32);
        int length = absent ? -1 : bytes.length;
        if (compact) {
            varint(length + 1);
        } else if (shortLength) {
            int16(length);
        } else {
            int32(length);
        }
        if (!absent) {
            out.writeBytes(bytes);
        }
    }

    private long number(String field) {
        if (field.endsWith("_ms") || field.endsWith("_millis")) {
            // Nobody is to wait for long.
            return random.nextInt(6);
        }
        return field.equals("acks") ? random.nextInt(-2, 3) : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private void mark(Kind kind) {
        lengths.add(new LengthField(out.size(), kind));
    }

    private void int8(int value) {
        out.write(value);
    }

    private void int16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private void int32(int value) {
        int16(value >>> 16);
        int16(value);
    }

    private void int64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.write(rest | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
