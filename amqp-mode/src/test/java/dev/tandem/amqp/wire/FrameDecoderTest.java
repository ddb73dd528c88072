package dev.tandem.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Frames cut from a stream that arrives in pieces of any size. */
class FrameDecoderTest {
    private static final int FRAME_MAX = 4096;

    /** A frame as sent and as seen. */
    record Frame(int type, int channel, String payload) {}

    @Property(tries = 300)
    void cutsTheSameFramesHoweverTheBytesArrive(
            @ForAll("frames") List<Frame> frames, @ForAll("pieces") List<Integer> pieces) {
        // given
        ByteBuf stream = Unpooled.buffer();
        frames.forEach(frame -> write(stream, frame));
        var seen = new Recorder();
        var decoder = new FrameDecoder(seen, FRAME_MAX);

        // when
        ByteBuf arrived = Unpooled.buffer();
        for (int i = 0; stream.isReadable(); i++) {
            int size = pieces.isEmpty() ? 1 : pieces.get(i % pieces.size());
            arrived.discardReadBytes().writeBytes(stream, Math.min(size, stream.readableBytes()));
            decoder.decode(arrived);
        }

        // then
        assertThat(seen.frames).isEqualTo(frames);
        assertThat(arrived.isReadable()).isFalse();
    }

    @Property(tries = 500)
    void neverFailsButWithAFrameError(@ForAll byte[] bytes) {
        // given
        var decoder = new FrameDecoder(new Recorder(), FRAME_MAX);

        // when // then
        try {
            decoder.decode(Unpooled.wrappedBuffer(bytes));
        } catch (WireException e) {
            assertThat(e.kind()).isEqualTo(WireException.Kind.FRAME_ERROR);
        }
    }

    @Test
    void leavesNoMoreThanOneFrameInTheBuffer() {
        // given
        var decoder = new FrameDecoder(new Recorder(), FRAME_MAX);
        ByteBuf in = Unpooled.buffer();
        write(in, new Frame(FrameType.METHOD, 1, "00".repeat(FRAME_MAX)));

        // when: all but the last octet is there
        in.writerIndex(in.writerIndex() - 1);
        decoder.decode(in);

        // then
        assertThat(in.readableBytes()).isEqualTo(FrameType.HEAD_SIZE + FRAME_MAX);
    }

    @Test
    void refusesASizeAtItsHeadBeforeThePayloadArrives() {
        // given
        var decoder = new FrameDecoder(new Recorder(), FRAME_MAX);
        byte[] head = {3, 0, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

        // when // then
        assertThatThrownBy(() -> decoder.decode(Unpooled.wrappedBuffer(head)))
                .isInstanceOf(WireException.class)
                .hasMessage("type 3, all octets = <<>>: {frame_too_large,4294967295,4088}");
    }

    @Test
    void showsHowABodyBeganWhoseEndIsWrongHoweverItArrived() {
        // given
        var decoder = new FrameDecoder(new Recorder(), FRAME_MAX);
        ByteBuf stream = Unpooled.buffer();
        stream.writeByte(FrameType.BODY).writeShort(1).writeInt(20);
        stream.writeCharSequence("say \"twenty\" octets\n", StandardCharsets.US_ASCII);
        stream.writeByte(0);
        ByteBuf arrived = Unpooled.buffer();

        // when // then
        assertThatThrownBy(() -> {
                    while (stream.isReadable()) {
                        decoder.decode(arrived.discardReadBytes().writeBytes(stream, 1));
                    }
                })
                .isInstanceOf(WireException.class)
                .hasMessage("type 3, first 16 octets = <<\"say \\\"twenty\\\" oct\">>: {invalid_frame_end_marker,0}");
    }

    @Provide
    Arbitrary<List<Frame>> frames() {
        Arbitrary<String> payloads =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(HexFormat.of()::formatHex);
        Arbitrary<Frame> content = Combinators.combine(
                        Arbitraries.of(FrameType.METHOD, FrameType.HEADER, FrameType.BODY, 7),
                        Arbitraries.integers().between(0, 65_535),
                        payloads)
                .as(Frame::new);
        return Arbitraries.oneOf(content, Arbitraries.just(new Frame(FrameType.HEARTBEAT, 0, "")))
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Arbitraries.integers().between(1, 400).list().ofMaxSize(6);
    }

    private static void write(ByteBuf out, Frame frame) {
        byte[] payload = HexFormat.of().parseHex(frame.payload());
        out.writeByte(frame.type()).writeShort(frame.channel()).writeInt(payload.length);
        out.writeBytes(payload).writeByte(FrameType.END);
    }

    /** Reads less than it is given, as sinks may. */
    private static final class Recorder implements FrameSink {
        private final List<Frame> frames = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();

        @Override
        public void onMethodFrame(int channel, ByteBuf payload, int length) {
            frames.add(
                    new Frame(FrameType.METHOD, channel, ByteBufUtil.hexDump(payload, payload.readerIndex(), length)));
        }

        @Override
        public void onHeaderFrame(int channel, ByteBuf payload, int length) {
            frames.add(
                    new Frame(FrameType.HEADER, channel, ByteBufUtil.hexDump(payload, payload.readerIndex(), length)));
        }

        @Override
        public void onBodyFrame(int channel, int length) {
            body.setLength(0);
        }

        @Override
        public void onBodyBytes(int channel, ByteBuf bytes, int length) {
            body.append(ByteBufUtil.hexDump(bytes, bytes.readerIndex(), length));
            bytes.skipBytes(length);
        }

        @Override
        public void onBodyFrameEnd(int channel) {
            frames.add(new Frame(FrameType.BODY, channel, body.toString()));
        }

        @Override
        public boolean takesBodies(int channel) {
            return channel != 0;
        }

        @Override
        public void onStrayBodyFrame(int channel, ByteBuf payload, int length) {
            frames.add(new Frame(FrameType.BODY, channel, ByteBufUtil.hexDump(payload, payload.readerIndex(), length)));
        }

        @Override
        public void onHeartbeat(int channel, ByteBuf payload) {
            frames.add(new Frame(FrameType.HEARTBEAT, channel, ""));
        }

        @Override
        public void onUnknownFrame(int type, int channel, ByteBuf payload, int length) {
            frames.add(new Frame(type, channel, ByteBufUtil.hexDump(payload, payload.readerIndex(), length)));
        }
    }
}
