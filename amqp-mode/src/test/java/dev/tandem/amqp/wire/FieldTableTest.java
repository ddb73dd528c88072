package dev.tandem.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.impl.MethodArgumentWriter;
import com.rabbitmq.client.impl.ValueWriter;
import dev.tandem.storage.record.Slice;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Field tables: round trips, RabbitMQ's type letters, hostile bytes. */
class FieldTableTest {

    @Property(tries = 300)
    void encodesWhatItDecoded(@ForAll("tables") FieldTable table) {
        // when
        var builder = FieldTable.builder();
        FieldTable.parse(table.bytes()).entries().forEach(builder::put);

        // then: names may repeat in the input, and of those the first one counts
        assertThat(builder.build().entries()).isEqualTo(table.entries());
    }

    @Property(tries = 500)
    void neverFailsButWithAWireException(@ForAll("bytes") Slice bytes) {
        // when // then
        try {
            var table = FieldTable.parse(bytes);
            assertThatCode(table::toJava).doesNotThrowAnyException();
        } catch (WireException e) {
            assertThat(e.kind()).isEqualTo(WireException.Kind.SYNTAX_ERROR);
        }
    }

    @Property(tries = 300)
    void neverFailsOnATableThatWasCutOrChanged(
            @ForAll("tables") FieldTable table, @ForAll int cut, @ForAll int at, @ForAll byte octet) {
        // given
        byte[] bytes = table.bytes().toByteArray();
        if (bytes.length == 0) {
            return;
        }
        bytes[Math.floorMod(at, bytes.length)] = octet;
        var changed = Slice.of(bytes, 0, Math.floorMod(cut, bytes.length + 1));

        // when // then
        neverFailsButWithAWireException(changed);
    }

    @Test
    void readsWhatTheJavaClientWrites() throws IOException {
        // given
        var client = new LinkedHashMap<String, Object>();
        client.put("int", 1);
        client.put("long", 2L);
        client.put("short", (short) 3);
        client.put("byte", (byte) 4);
        client.put("bool", true);
        client.put("float", 1.5f);
        client.put("double", 2.5d);
        client.put("decimal", new BigDecimal("1.25"));
        client.put("text", "täxt");
        client.put("bytes", new byte[] {1, 2});
        client.put("date", new Date(5000));
        client.put("list", List.of("a", 1));
        client.put("map", Map.of("k", "v"));
        client.put("void", null);
        var out = new ByteArrayOutputStream();
        new MethodArgumentWriter(new ValueWriter(new DataOutputStream(out))).writeTable(client);

        // when
        byte[] bytes = out.toByteArray();
        var table = FieldTable.parse(Slice.of(bytes, 4, bytes.length - 4));

        // then
        assertThat(table.entries().values())
                .extracting(value -> value.type().typeName())
                .containsExactly(
                        "signedint",
                        "long",
                        "short",
                        "byte",
                        "bool",
                        "float",
                        "double",
                        "decimal",
                        "longstr",
                        "binary",
                        "timestamp",
                        "array",
                        "table",
                        "void");
        assertThat(table.toJava())
                .containsEntry("int", 1L)
                .containsEntry("decimal", new BigDecimal("1.25"))
                .containsEntry("text", "täxt")
                .containsEntry("date", 5L)
                .containsEntry("list", List.of("a", 1L))
                .containsEntry("map", Map.of("k", "v"))
                .containsEntry("void", null);
    }

    @Test
    void takesTheDeepestTableAllowedAndNoDeeperOne() {
        // given
        var deepest = FieldTable.EMPTY;
        for (int depth = 1; depth < FieldTable.MAX_DEPTH; depth++) {
            deepest = FieldTable.builder().put("t", deepest).build();
        }
        var allowed = deepest;

        // when // then
        assertThat(FieldTable.parse(allowed.bytes())).isEqualTo(allowed);
        assertThatThrownBy(() -> FieldTable.builder().put("t", allowed).build())
                .isInstanceOf(WireException.class)
                .hasMessage("a field table nests deeper than 32");
    }

    @Test
    void refusesArraysThatNestWithoutEnd() {
        // given
        byte[] bytes = new byte[100_000];
        bytes[0] = 1;
        bytes[1] = 'a';
        for (int at = 2; at + 5 <= bytes.length; at += 5) {
            bytes[at] = 'A';
            int length = bytes.length - at - 5;
            bytes[at + 1] = (byte) (length >>> 24);
            bytes[at + 2] = (byte) (length >>> 16);
            bytes[at + 3] = (byte) (length >>> 8);
            bytes[at + 4] = (byte) length;
        }

        // when // then
        assertThatThrownBy(() -> FieldTable.parse(Slice.of(bytes))).isInstanceOf(WireException.class);
    }

    @Test
    void refusesALengthBeyondTheTable() {
        // given
        byte[] bytes = {1, 'a', 'S', (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 'x'};

        // when // then
        assertThatThrownBy(() -> FieldTable.parse(Slice.of(bytes)))
                .isInstanceOf(WireException.class)
                .hasMessage("a field table needs 4294967295 bytes, it has 1");
    }

    @Test
    void takesTheFirstOfEntriesWithTheSameName() {
        // given
        var table = FieldTable.builder().put("a", "first").put("a", "second").build();

        // when // then
        assertThat(table.find("a")).contains(FieldValue.LongString.of("first"));
        assertThat(table.bytes().length()).isEqualTo(2 * 7 + "first".length() + "second".length());
    }

    @Test
    void keepsBytesAsReceived() {
        // given
        byte[] bytes = {1, 'a', 'L', 0, 0, 0, 0, 0, 0, 0, 9};

        // when
        var table = FieldTable.parse(Slice.of(Arrays.copyOf(bytes, bytes.length)));

        // then
        assertThat(table.bytes().toByteArray()).isEqualTo(bytes);
        assertThat(table.find("a")).contains(new FieldValue.Int(FieldType.LONG, 9));
    }

    @Provide
    Arbitrary<FieldTable> tables() {
        return Tables.any();
    }

    @Provide
    Arbitrary<Slice> bytes() {
        return Tables.slices(200);
    }
}
