package dev.tandem.benchmarks.driver;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A connection that carries Kafka's frames: a size, then so many bytes. */
final class FrameConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private byte[] answer = new byte[1 << 16];

    FrameConnection(String bootstrap) throws IOException {
        int colon = bootstrap.lastIndexOf(':');
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(
                new InetSocketAddress(bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1))),
                TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends a frame as it is, size included. */
    void send(byte[] frame) throws IOException {
        out.write(frame);
    }

    /** Waits for the next frame; its bytes, without the size, are valid until the next call. */
    ByteBuffer receive() throws IOException {
        int size = in.readInt();
        if (answer.length < size) {
            answer = new byte[size];
        }
        in.readFully(answer, 0, size);
        return ByteBuffer.wrap(answer, 0, size);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
