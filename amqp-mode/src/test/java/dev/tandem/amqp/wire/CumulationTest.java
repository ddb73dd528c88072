package dev.tandem.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** The remainder between two reads. */
class CumulationTest {
    private final Cumulation cumulation = new Cumulation();

    @Test
    void keepsOnlyWhatIsLeftOfAStreamThatNeverPauses() {
        // given: every read ends one byte into the next unit of three
        int largest = 0;

        // when
        for (int i = 0; i < 10_000; i++) {
            ByteBuf arrived = ByteBufAllocator.DEFAULT.buffer(100).writeZero(100);
            cumulation.add(ByteBufAllocator.DEFAULT, arrived, in -> in.skipBytes(in.readableBytes() - 1));
            largest = Math.max(largest, cumulation.capacity());
        }

        // then
        assertThat(largest).isLessThan(1024);
        cumulation.release();
    }

    @Test
    void joinsWhatWasLeftAndWhatArrives() {
        // given
        cumulation.add(ByteBufAllocator.DEFAULT, Unpooled.buffer().writeByte(1).writeByte(2), in -> in.skipBytes(1));

        // when
        var seen = new byte[2];
        cumulation.add(ByteBufAllocator.DEFAULT, Unpooled.buffer().writeByte(3), in -> in.readBytes(seen));

        // then
        assertThat(seen).containsExactly(2, 3);
        assertThat(cumulation.capacity()).isZero();
    }

    @Test
    void releasesWhatItTook() {
        // given
        ByteBuf read = ByteBufAllocator.DEFAULT.buffer().writeByte(1);
        ByteBuf left = ByteBufAllocator.DEFAULT.buffer().writeByte(1);

        // when
        cumulation.add(ByteBufAllocator.DEFAULT, read, in -> in.skipBytes(1));
        cumulation.add(ByteBufAllocator.DEFAULT, left, in -> {});
        cumulation.release();

        // then
        assertThat(read.refCnt()).isZero();
        assertThat(left.refCnt()).isZero();
    }
}
