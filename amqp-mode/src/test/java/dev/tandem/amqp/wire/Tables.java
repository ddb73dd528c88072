package dev.tandem.amqp.wire;

import dev.tandem.storage.record.Slice;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Field tables for tests: every type, nested a few levels. */
public final class Tables {
    private Tables() {}

    public static Arbitrary<FieldTable> any() {
        return tables(3);
    }

    public static Arbitrary<Slice> slices(int most) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(most).map(Slice::of);
    }

    private static Arbitrary<FieldTable> tables(int depth) {
        var entries = Combinators.combine(Arbitraries.strings().ofMaxLength(20), values(depth))
                .as(Tuple::of);
        return entries.list().ofMaxSize(5).map(list -> {
            var builder = FieldTable.builder();
            list.forEach(entry -> builder.put(entry.get1(), entry.get2()));
            return builder.build();
        });
    }

    private static Arbitrary<FieldValue> values(int depth) {
        Arbitrary<FieldValue> scalars = Arbitraries.oneOf(List.of(
                Arbitraries.of(true, false).map(FieldValue.Bool::new),
                integers(FieldType.BYTE, Byte.MIN_VALUE, Byte.MAX_VALUE),
                integers(FieldType.UNSIGNED_BYTE, 0, 0xFF),
                integers(FieldType.SHORT, Short.MIN_VALUE, Short.MAX_VALUE),
                integers(FieldType.UNSIGNED_SHORT, 0, 0xFFFF),
                integers(FieldType.SIGNED_INT, Integer.MIN_VALUE, Integer.MAX_VALUE),
                integers(FieldType.UNSIGNED_INT, 0, 0xFFFF_FFFFL),
                integers(FieldType.LONG, Long.MIN_VALUE, Long.MAX_VALUE),
                Arbitraries.floats().map(FieldValue.Float32::new),
                Arbitraries.doubles().map(FieldValue.Float64::new),
                Combinators.combine(
                                Arbitraries.integers().between(0, 255),
                                Arbitraries.longs().between(0, 0xFFFF_FFFFL))
                        .as(FieldValue.Decimal::new),
                slices(300).map(FieldValue.LongString::new),
                Arbitraries.longs().map(FieldValue.Timestamp::new),
                slices(300).map(FieldValue.Binary::new),
                Arbitraries.create(FieldValue.Void::new)));
        if (depth == 0) {
            return scalars;
        }
        return Arbitraries.frequencyOf(
                Tuple.of(6, scalars),
                Tuple.of(1, Arbitraries.lazy(() -> tables(depth - 1)).map(FieldValue.Table::new)),
                Tuple.of(
                        1,
                        Arbitraries.lazy(() -> values(depth - 1))
                                .list()
                                .ofMaxSize(4)
                                .map(FieldValue.Array::new)));
    }

    private static Arbitrary<FieldValue> integers(FieldType type, long from, long to) {
        return Arbitraries.longs().between(from, to).map(value -> new FieldValue.Int(type, value));
    }
}
