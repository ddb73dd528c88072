package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A connection that says all it has to say at once, then good-bye, and listens to whatever comes. */
final class FuzzedConnection {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Frame FAREWELL = Frame.of(0, new ConnectionMethod.Close(200, "bye", 0, 0));
    private static final Frame CONFIRMATION = Frame.of(0, new ConnectionMethod.CloseOk());

    private final int port;

    FuzzedConnection(int port) {
        this.port = port;
    }

    /** What became of a conversation. */
    enum Outcome {
        /** The server heard it to the end and confirmed the good-bye. */
        HEARD,
        /** The server closed the connection and said why. */
        TOLD,
        /** The socket ended, as it may when the server cannot tell where frames begin, or that there is a client. */
        ENDED
    }

    /**
     * Leads a conversation.
     *
     * @param mustBeHeard whether the server has to answer the good-bye
     */
    Outcome lead(Conversation conversation, boolean mustBeHeard) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            Outcome outcome = Outcome.ENDED;
            try {
                out.write(conversation.onTheWire());
                out.write(bytes(FAREWELL));
                if (!mustBeHeard) {
                    socket.shutdownOutput();
                }
                outcome = listen(new DataInputStream(socket.getInputStream()));
                if (outcome == Outcome.TOLD && mustBeHeard) {
                    out.write(bytes(CONFIRMATION));
                    expectEnd(socket);
                }
            } catch (EOFException | SocketException e) {
                // Gone without a word, or with one that the reset took away.
            }
            if (mustBeHeard && outcome == Outcome.ENDED) {
                throw new AssertionError("the connection ended without a word");
            }
            return outcome;
        }
    }

    private static void expectEnd(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // What was on its way, such as the answer to the good-bye.
        }
    }

    private Outcome listen(DataInputStream in) throws IOException {
        while (true) {
            byte[] start = new byte[7];
            in.readFully(start);
            if (start[0] == 'A') {
                in.readByte();
                return Outcome.ENDED; // the protocol header it would have liked
            }
            ByteBuf head = Unpooled.wrappedBuffer(start);
            int type = head.readUnsignedByte();
            int channel = head.readUnsignedShort();
            byte[] payload = new byte[head.readInt()];
            in.readFully(payload);
            if (in.readUnsignedByte() != FrameType.END) {
                throw new AssertionError("a frame of the server has no end");
            }
            if (type == FrameType.METHOD) {
                Method method = MethodCodec.read(Unpooled.wrappedBuffer(payload), payload.length);
                if (method instanceof ConnectionMethod.CloseOk) {
                    return Outcome.HEARD;
                } else if (method instanceof ConnectionMethod.Close close) {
                    check(close.replyCode(), close.replyText());
                    return Outcome.TOLD;
                } else if (method instanceof ChannelMethod.Close close) {
                    check(close.replyCode(), close.replyText());
                    if (channel == 0) {
                        throw new AssertionError("channel 0 was closed");
                    }
                }
            }
        }
    }

    /** The text must be that of the code, and nothing may have failed but the client. */
    private static void check(int code, String text) {
        ReplyCode known = Arrays.stream(ReplyCode.values())
                .filter(reply -> reply.code() == code)
                .findFirst()
                .orElseThrow(() -> new AssertionError("unknown reply code " + code));
        if (known == ReplyCode.INTERNAL_ERROR
                || !text.startsWith(known.name() + " - ")
                || text.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw new AssertionError("closed with " + code + ", " + text);
        }
    }

    private static byte[] bytes(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        frame.writeTo(out);
        return ByteBufUtil.getBytes(out);
    }
}
