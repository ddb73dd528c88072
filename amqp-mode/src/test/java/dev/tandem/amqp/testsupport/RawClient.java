package dev.tandem.amqp.testsupport;

import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket that sends whatever frames a test wants, right or wrong. */
public final class RawClient implements AutoCloseable {
    public static final int METHOD = 1;
    public static final int HEADER = 2;
    public static final int BODY = 3;
    public static final int HEARTBEAT = 8;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A frame with a payload that may lie. */
    public record Frame(int type, int channel, Slice payload) {
        public Method method() {
            return MethodCodec.read(
                    Unpooled.wrappedBuffer(payload.array(), payload.offset(), payload.length()), payload.length());
        }
    }

    public RawClient bytes(int... octets) throws IOException {
        for (int octet : octets) {
            out.write(octet);
        }
        out.flush();
        return this;
    }

    public RawClient text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    public RawClient protocolHeader() throws IOException {
        return bytes('A', 'M', 'Q', 'P', 0, 0, 9, 1);
    }

    public RawClient frame(int type, int channel, byte[] payload, int end) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        frame.writeByte(type)
                .writeShort(channel)
                .writeInt(payload.length)
                .writeBytes(payload)
                .writeByte(end);
        out.write(ByteBufUtil.getBytes(frame));
        out.flush();
        return this;
    }

    public RawClient frame(int type, int channel, byte[] payload) throws IOException {
        return frame(type, channel, payload, 0xCE);
    }

    public RawClient method(int channel, Method method) throws IOException {
        ByteBuf payload = Unpooled.buffer();
        MethodCodec.write(method, payload);
        return frame(METHOD, channel, ByteBufUtil.getBytes(payload));
    }

    /** A content header of class basic without properties. */
    public RawClient header(int channel, int classId, long bodySize) throws IOException {
        ByteBuf payload = Unpooled.buffer();
        payload.writeShort(classId).writeShort(0).writeLong(bodySize).writeShort(0);
        return frame(HEADER, channel, ByteBufUtil.getBytes(payload));
    }

    public RawClient body(int channel, int size) throws IOException {
        return frame(BODY, channel, new byte[size]);
    }

    public Frame readFrame() throws IOException {
        int type = in.readUnsignedByte();
        int channel = in.readUnsignedShort();
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        if (in.readUnsignedByte() != 0xCE) {
            throw new IOException("no frame end");
        }
        return new Frame(type, channel, Slice.of(payload));
    }

    /** The next method, heartbeats left out. */
    public Method readMethod() throws IOException {
        while (true) {
            Frame frame = readFrame();
            if (frame.type() == METHOD) {
                return frame.method();
            }
        }
    }

    public byte[] readRest() throws IOException {
        return in.readAllBytes();
    }

    public RawClient startOk(String password, FieldTable properties) throws IOException {
        return method(
                0,
                new ConnectionMethod.StartOk(
                        properties,
                        "PLAIN",
                        Slice.of(("\0guest\0" + password).getBytes(StandardCharsets.UTF_8)),
                        "en_US"));
    }

    /** Opens the connection; 0 channels are as many as the server allows. */
    public RawClient open(int channelMax, int heartbeatSeconds) throws IOException {
        protocolHeader();
        readMethod();
        startOk("guest", FieldTable.EMPTY);
        readMethod();
        method(0, new ConnectionMethod.TuneOk(channelMax == 0 ? 2047 : channelMax, 131_072, heartbeatSeconds));
        method(0, new ConnectionMethod.Open("/"));
        readMethod();
        return this;
    }

    /** Opens the connection and channel 1. */
    public RawClient openChannel() throws IOException {
        open(0, 0).method(1, new ChannelMethod.Open());
        readMethod();
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
