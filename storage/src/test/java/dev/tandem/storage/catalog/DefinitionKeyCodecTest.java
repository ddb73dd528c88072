package dev.tandem.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DefinitionKeyCodecTest {
    @Property
    void aKeyReadBackIsEqual(@ForAll("keys") DefinitionKey key) {
        assertThat(DefinitionKeyCodec.decodeKey(Slice.of(DefinitionKeyCodec.encodeKey(key))))
                .isEqualTo(key);
    }

    @Property(tries = 5000)
    void bytesOrderByKindAndThenPartByPart(@ForAll("keys") DefinitionKey a, @ForAll("keys") DefinitionKey b) {
        byte[] left = DefinitionKeyCodec.encodeKey(a);
        byte[] right = DefinitionKeyCodec.encodeKey(b);

        assertThat(Integer.signum(Arrays.compareUnsigned(left, right))).isEqualTo(Integer.signum(compare(a, b)));
        if (!a.equals(b) && left.length <= right.length) {
            assertThat(Arrays.copyOf(right, left.length))
                    .as("no key is a prefix of another")
                    .isNotEqualTo(left);
        }
    }

    private static int compare(DefinitionKey a, DefinitionKey b) {
        int order = Integer.compare(a.kind().number(), b.kind().number());
        for (int i = 0; order == 0 && i < a.parts().size(); i++) {
            order = Arrays.compareUnsigned(
                    a.parts().get(i).getBytes(StandardCharsets.UTF_8),
                    b.parts().get(i).getBytes(StandardCharsets.UTF_8));
        }
        return order;
    }

    @Property
    void anyBytesAreAKeyOrCorruptData(@ForAll DefinitionKind kind, @ForAll byte[] bytes) {
        byte[] key = new byte[bytes.length + 1];
        key[0] = (byte) kind.number();
        System.arraycopy(bytes, 0, key, 1, bytes.length);
        try {
            var decoded = DefinitionKeyCodec.decodeKey(Slice.of(key));
            assertThat(DefinitionKeyCodec.encodeKey(decoded)).isEqualTo(key);
        } catch (CorruptData expected) {
            assertThat(expected).hasNoCause();
        }
    }

    @Example
    void theLayoutIsAsDocumented() {
        assertThat(DefinitionKeyCodec.encodeKey(DefinitionKey.of(DefinitionKind.QUEUE, "/", "a\0")))
                .containsExactly(4, '/', 0, 1, 'a', 0, 0xFF, 0, 1);
    }

    @Example
    void refusesUnknownKindsEscapesAndLeftovers() {
        assertThatThrownBy(() -> DefinitionKeyCodec.decodeKey(Slice.of(new byte[] {99, 0, 1})))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("kind 99");
        assertThatThrownBy(() -> DefinitionKeyCodec.decodeKey(Slice.of(new byte[] {2, 0, 7})))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("escape 7");
        assertThatThrownBy(() -> DefinitionKeyCodec.decodeKey(Slice.of(new byte[] {2, 0, 1, 5})))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("too many");
        assertThatThrownBy(() -> DefinitionKeyCodec.decodeKey(Slice.of(new byte[] {2, 'a'})))
                .isInstanceOf(CorruptData.class);
        assertThatThrownBy(() -> DefinitionKeyCodec.decodeKey(Slice.of(new byte[] {2, (byte) 0xC3, 0, 1})))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("UTF-8");
    }

    @Provide
    Arbitrary<DefinitionKey> keys() {
        return DefinitionArbitraries.keys();
    }
}
