package dev.tandem.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.kafka.wire.FrameAccumulator.InvalidFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

final class FrameAccumulatorTest {
    @Property(tries = 200)
    void cutsTheSameFramesHoweverTheBytesArrive(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 8, max = 300) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 64) int piece) {
        // given
        ByteBuf stream = Unpooled.buffer();
        byte next = 0;
        for (int length : lengths) {
            stream.writeInt(length);
            for (int i = 0; i < length; i++) {
                stream.writeByte(next++);
            }
        }
        var frames = new FrameAccumulator(300, 300);
        var found = new ArrayList<byte[]>();
        // when
        while (stream.isReadable()) {
            ByteBuf part = stream.readSlice(Math.min(piece, stream.readableBytes()));
            byte[] frame;
            while ((frame = frames.next(part)) != null) {
                found.add(frame);
            }
        }
        // then
        assertThat(found).extracting(frame -> frame.length).isEqualTo(lengths);
        byte expected = 0;
        for (byte[] frame : found) {
            for (byte actual : frame) {
                assertThat(actual).isEqualTo(expected++);
            }
        }
        assertThat(frames.isEmpty()).isTrue();
    }

    @Test
    void refusesLengthsOutOfBoundsBeforeAllocating() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 7, 1025, Integer.MAX_VALUE}) {
            var frames = new FrameAccumulator(1024, 1024);
            assertThatThrownBy(() -> frames.next(Unpooled.buffer().writeInt(length)))
                    .isInstanceOf(InvalidFrameException.class)
                    .hasMessageContaining(Integer.toString(length));
        }
    }

    @Test
    void takesALargeFirstFrameThatBeginsAsARequestHoweverItsBytesArrive() {
        // given
        var frames = new FrameAccumulator(2000, 16);
        ByteBuf produce = Unpooled.buffer()
                .writeInt(1500)
                .writeShort(ApiKeys.PRODUCE.id)
                .writeShort(7)
                .writeZero(1496);

        // when
        for (int bytes = 0; bytes < 8; bytes++) {
            assertThat(frames.next(produce.readSlice(1))).isNull();
        }

        // then
        assertThat(frames.next(produce)).hasSize(1500).startsWith(0, 0, 0, 7);
    }

    @Test
    void refusesALargeFirstFrameOfAnotherKind() {
        for (int begin : new int[] {0x7a7a0007, 0x00000063, -1}) {
            var frames = new FrameAccumulator(2000, 16);
            assertThatThrownBy(() -> frames.next(
                            Unpooled.buffer().writeInt(1500).writeInt(begin).writeZero(1496)))
                    .isInstanceOf(InvalidFrameException.class)
                    .hasMessageContaining("8 to 16");
        }
    }

    @Test
    void refusesALargeFrameThatCarriesNoRecordsBeforeAllocating() {
        // given
        int length = FrameAccumulator.MOST_WITHOUT_RECORDS + 1;
        var frames = new FrameAccumulator(length, length);
        ByteBuf metadata = Unpooled.buffer()
                .writeInt(length)
                .writeShort(ApiKeys.METADATA.id)
                .writeShort(9);
        ByteBuf produce = Unpooled.buffer()
                .writeInt(length)
                .writeShort(ApiKeys.PRODUCE.id)
                .writeShort(9);
        // then
        assertThatThrownBy(() -> frames.next(metadata))
                .isInstanceOf(InvalidFrameException.class)
                .hasMessageContaining("8 to " + FrameAccumulator.MOST_WITHOUT_RECORDS);
        assertThat(new FrameAccumulator(length, length).next(produce))
                .as("not whole yet")
                .isNull();
    }

    @Test
    void takesLargeFramesOfAnyKindOnceTheClientIsKnown() {
        // given
        var frames = new FrameAccumulator(2000, 16);
        // when
        frames.trust();
        // then
        assertThat(frames.next(Unpooled.buffer().writeInt(1500).writeInt(-1).writeZero(1496)))
                .hasSize(1500);
    }
}
