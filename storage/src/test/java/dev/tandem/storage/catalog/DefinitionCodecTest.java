package dev.tandem.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

class DefinitionCodecTest {
    @Property
    void aDefinitionReadBackIsEqual(@ForAll("definitions") Definition definition) {
        byte[] value = DefinitionCodec.encode(definition);
        var kind = definition.key().kind();

        assertThat(DefinitionCodec.decode(kind, Slice.of(value))).isEqualTo(definition);
    }

    @Property
    void aValueCutShortOrTooLongIsCorruptData(
            @ForAll("definitions") Definition definition, @ForAll @IntRange(max = 10_000) int at) {
        byte[] value = DefinitionCodec.encode(definition);
        var kind = definition.key().kind();
        var cut = Slice.of(value, 0, at % value.length);
        var longer = Slice.of(java.util.Arrays.copyOf(value, value.length + 1));

        assertThatThrownBy(() -> DefinitionCodec.decode(kind, cut))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining(kind.name());
        assertThatThrownBy(() -> DefinitionCodec.decode(kind, longer)).isInstanceOf(CorruptData.class);
    }

    @Property
    void aDamagedValueIsADefinitionOrCorruptData(
            @ForAll("definitions") Definition definition, @ForAll @IntRange(max = 10_000) int at, @ForAll byte damage) {
        byte[] value = DefinitionCodec.encode(definition);
        value[at % value.length] = damage;
        for (var kind : DefinitionKind.values()) {
            readsOrRefuses(kind, value);
        }
    }

    @Property
    void anyBytesAreADefinitionOrCorruptData(@ForAll DefinitionKind kind, @ForAll byte[] bytes) {
        byte[] value = new byte[bytes.length + 1];
        value[0] = 1;
        System.arraycopy(bytes, 0, value, 1, bytes.length);
        readsOrRefuses(kind, value);
    }

    private static void readsOrRefuses(DefinitionKind kind, byte[] value) {
        try {
            var definition = DefinitionCodec.decode(kind, Slice.of(value));
            assertThat(definition.key().kind()).isEqualTo(kind);
        } catch (CorruptData expected) {
            assertThat(expected).hasMessageContaining(kind.name());
        }
    }

    @Example
    void equalDefinitionsHaveEqualBytesWhateverTheOrderOfTheirConfigs() {
        // given
        Map<String, String> up = new LinkedHashMap<>();
        Map<String, String> down = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            up.put("key" + i, "v");
            down.put("key" + (19 - i), "v");
        }

        // then
        assertThat(DefinitionCodec.encode(new Definition.Config("broker", "", up)))
                .isEqualTo(DefinitionCodec.encode(new Definition.Config("broker", "", down)));
    }

    @Example
    void refusesAnotherVersion() {
        byte[] value = DefinitionCodec.encode(new Definition.Vhost("/"));
        value[0] = 2;
        assertThatThrownBy(() -> DefinitionCodec.decode(DefinitionKind.VHOST, Slice.of(value)))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 2");
    }

    @Example
    void refusesAHugeCountWithoutAllocatingForIt() {
        byte[] value = DefinitionCodec.encode(new Definition.User("", "", "", List.of()));
        value[value.length - 4] = 0x7F;
        assertThatThrownBy(() -> DefinitionCodec.decode(DefinitionKind.USER, Slice.of(value)))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("elements");
    }

    /** Refused where they are made: were they refused by the commit thread, the engine would stop. */
    @Example
    void definitionsWithTextThatCouldNotBeReadBackAreNotMade() {
        String bad = "a\ud800";
        Map<String, String> badMap = Map.of("k", bad);
        List<ThrowingCallable> makers = List.of(
                () -> new Definition.Topic(bad, new UUID(1, 2), List.of(), Map.of()),
                () -> new Definition.Topic("t", new UUID(1, 2), List.of(), badMap),
                () -> new Definition.Vhost(bad),
                () -> new Definition.Exchange("/", bad, "direct", false, false, Slice.EMPTY),
                () -> new Definition.Queue("/", bad, 1, 0, false, Slice.EMPTY),
                () -> new Definition.Binding("/", "s", "queue", "q", bad, Slice.EMPTY),
                () -> new Definition.User(bad, "", "", List.of()),
                () -> new Definition.User("u", "", "", List.of("ok", bad)),
                () -> new Definition.Config("broker", "", badMap));
        for (var maker : makers) {
            assertThatThrownBy(maker)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not valid Unicode");
        }
    }

    @Provide
    Arbitrary<Definition> definitions() {
        return DefinitionArbitraries.definitions();
    }
}
