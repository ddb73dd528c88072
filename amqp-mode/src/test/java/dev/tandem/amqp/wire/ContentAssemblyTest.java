package dev.tandem.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Content put together from frames. */
class ContentAssemblyTest {

    @Property(tries = 200)
    void joinsBodiesInOrder(@ForAll("sizes") List<Integer> sizes) {
        // given
        byte[] body = new byte[sizes.stream().mapToInt(Integer::intValue).sum()];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        var memory = new ContentMemory(1 << 20);
        var assembly = new ContentAssembly(memory);
        assembly.begin();
        assembly.onHeader(header(body.length), 14);

        // when
        int from = 0;
        for (int size : sizes) {
            assertThat(assembly.isExpected()).isTrue();
            assembly.onBodyFrame(size);
            assembly.onBodyBytes(Unpooled.wrappedBuffer(body, from, size), size);
            from += size;
            assertThat(assembly.onBodyFrameEnd()).isEqualTo(from == body.length);
        }

        // then
        assertThat(assembly.isExpected()).isFalse();
        assertThat(assembly.takeBody().toByteArray()).isEqualTo(body);
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void allocatesForWhatArrivesNotForWhatIsAnnounced() {
        // given
        var assembly = new ContentAssembly(new ContentMemory(1 << 20));
        assembly.begin();
        assembly.onHeader(header(16 << 20), 14);

        // when
        assembly.onBodyFrame(100);

        // then
        assertThat(assembly.allocatedBytes()).isEqualTo(100);
    }

    @Test
    void allocatesABodyOfOneFrameOnce() {
        // given
        var assembly = new ContentAssembly(new ContentMemory(1 << 20));
        assembly.begin();
        assembly.onHeader(header(5), 14);
        assembly.onBodyFrame(5);

        // when
        assembly.onBodyBytes(Unpooled.wrappedBuffer(new byte[5]), 5);
        assembly.onBodyFrameEnd();

        // then
        var body = assembly.takeBody();
        assertThat(body.array()).hasSize(5);
        assertThat(assembly.allocatedBytes()).isZero();
    }

    @Test
    void countsBodiesThatAreArrivingAndRefusesThosePastTheLimit() {
        // given
        var memory = new ContentMemory(1000);
        var first = new ContentAssembly(memory);
        first.begin();
        first.onHeader(header(2000), 14);
        first.onBodyFrame(600);
        var second = new ContentAssembly(memory);
        second.begin();
        second.onHeader(header(2000), 14);

        // when // then
        assertThatThrownBy(() -> second.onBodyFrame(600))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.kind()).isEqualTo(WireException.Kind.RESOURCE_ERROR));
        first.reset();
        second.onBodyFrame(600);
        assertThat(memory.usedBytes()).isEqualTo(600);
        second.reset();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void givesPropertiesThatRepeatAsTheSameObject() {
        // given
        var assembly = new ContentAssembly(new ContentMemory(1 << 20));
        assembly.begin();
        assembly.onHeader(header(0, 0x10, 0, 2), 15);
        var first = assembly.properties();

        // when
        assembly.begin();
        assembly.onHeader(header(0, 0x10, 0, 2), 15);

        // then
        assertThat(assembly.properties()).isSameAs(first);
        assertThat(first.isPersistent()).isTrue();

        // when
        assembly.begin();
        assembly.onHeader(header(0, 0x10, 0, 1), 15);

        // then
        assertThat(assembly.properties().deliveryMode()).isEqualTo(1);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 500).list().ofMinSize(1).ofMaxSize(12);
    }

    private static ByteBuf header(long size, int... properties) {
        ByteBuf out = Unpooled.buffer().writeShort(60).writeShort(0).writeLong(size);
        if (properties.length == 0) {
            return out.writeShort(0);
        }
        Arrays.stream(properties).forEach(out::writeByte);
        return out;
    }
}
