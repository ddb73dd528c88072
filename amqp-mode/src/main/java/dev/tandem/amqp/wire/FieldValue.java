package dev.tandem.amqp.wire;

import dev.tandem.storage.record.Slice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of a field table with its type on the wire. */
public sealed interface FieldValue {

    FieldType type();

    /** As a plain Java value: Boolean, Long, Float, Double, BigDecimal, String, List, Map, or null for void. */
    @Nullable
    Object toJava();

    /** Whether it is the same value, if of another type: as RabbitMQ compares, 1 is 1 in any width. */
    default boolean matches(FieldValue other) {
        return equals(other);
    }

    /** {@code t}. */
    record Bool(boolean value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.BOOL;
        }

        @Override
        public Object toJava() {
            return value;
        }
    }

    /** An integer of any width; unsigned ones are never negative. */
    record Int(FieldType type, long value) implements FieldValue {
        public Int {
            if (!type.isInteger()) {
                throw new IllegalArgumentException(type + " is no integer type");
            }
        }

        @Override
        public boolean matches(FieldValue other) {
            return NumberMatch.matches(value, other);
        }

        @Override
        public Object toJava() {
            return value;
        }
    }

    /** {@code f}. */
    record Float32(float value) implements FieldValue {
        @Override
        public boolean matches(FieldValue other) {
            return NumberMatch.matches((double) value, other);
        }

        @Override
        public FieldType type() {
            return FieldType.FLOAT;
        }

        @Override
        public Object toJava() {
            return value;
        }
    }

    /** {@code d}. */
    record Float64(double value) implements FieldValue {
        @Override
        public boolean matches(FieldValue other) {
            return NumberMatch.matches(value, other);
        }

        @Override
        public FieldType type() {
            return FieldType.DOUBLE;
        }

        @Override
        public Object toJava() {
            return value;
        }
    }

    /** {@code D}: {@code unscaled / 10^scale}. */
    record Decimal(int scale, long unscaled) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.DECIMAL;
        }

        @Override
        public Object toJava() {
            return BigDecimal.valueOf(unscaled, scale);
        }
    }

    /** {@code S}: bytes, usually UTF-8. */
    record LongString(Slice bytes) implements FieldValue {
        public static LongString of(String text) {
            return new LongString(Slice.of(text.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public FieldType type() {
            return FieldType.LONG_STRING;
        }

        @Override
        public boolean matches(FieldValue other) {
            return equals(other) || (other instanceof Binary binary && bytes.equals(binary.bytes));
        }

        /** Bytes that are not UTF-8 show as U+FFFD. */
        public String text() {
            return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
        }

        @Override
        public Object toJava() {
            return text();
        }
    }

    /** {@code T}: seconds since the epoch. */
    record Timestamp(long seconds) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.TIMESTAMP;
        }

        @Override
        public boolean matches(FieldValue other) {
            return NumberMatch.matches(seconds, other);
        }

        @Override
        public Object toJava() {
            return seconds;
        }
    }

    /** {@code A}. */
    record Array(List<FieldValue> values) implements FieldValue {
        public Array {
            values = List.copyOf(values);
        }

        @Override
        public FieldType type() {
            return FieldType.ARRAY;
        }

        @Override
        public Object toJava() {
            var list = new ArrayList<@Nullable Object>(values.size());
            for (FieldValue value : values) {
                list.add(value.toJava());
            }
            return list;
        }
    }

    /** {@code F}. */
    record Table(FieldTable table) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.TABLE;
        }

        @Override
        public Object toJava() {
            return table.toJava();
        }
    }

    /** {@code x}. */
    record Binary(Slice bytes) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.BYTE_ARRAY;
        }

        @Override
        public boolean matches(FieldValue other) {
            return equals(other) || (other instanceof LongString text && bytes.equals(text.bytes));
        }

        @Override
        public Object toJava() {
            return bytes.toHexString();
        }
    }

    /** {@code V}. */
    record Void() implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.VOID;
        }

        @Override
        public @Nullable Object toJava() {
            return null;
        }
    }
}
