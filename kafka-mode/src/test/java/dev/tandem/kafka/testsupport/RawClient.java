package dev.tandem.kafka.testsupport;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A client that sends exactly what it is told, in the version it is told, and waits for nothing unasked. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int correlationId;

    public RawClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends a request and reads its answer. */
    public ApiMessage call(ApiKeys key, int version, ApiMessage request) throws IOException {
        int id = send(key, version, request);
        return receive(key, version, id);
    }

    /** Sends a request; returns its correlation id. */
    public int send(ApiKeys key, int version, ApiMessage request) throws IOException {
        int id = correlationId++;
        short headerVersion = key.requestHeaderVersion((short) version);
        var header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion((short) version)
                .setClientId("raw")
                .setCorrelationId(id);
        var cache = new ObjectSerializationCache();
        int size = header.size(cache, headerVersion) + request.size(cache, (short) version);
        var frame = ByteBuffer.allocate(size);
        header.write(new ByteBufferAccessor(frame), cache, headerVersion);
        request.write(new ByteBufferAccessor(frame), cache, (short) version);
        sendBytes(frame.array());
        return id;
    }

    /** Sends a frame of any content. */
    public void sendBytes(byte[] frame) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    /** Sends bytes that are no frame. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Reads the answer to a request. */
    public ApiMessage receive(ApiKeys key, int version, int id) throws IOException {
        var frame = new byte[in.readInt()];
        in.readFully(frame);
        var readable = new ByteBufferAccessor(ByteBuffer.wrap(frame));
        var header = new ResponseHeaderData(readable, key.responseHeaderVersion((short) version));
        if (header.correlationId() != id) {
            throw new AssertionError("answer " + header.correlationId() + " came before " + id);
        }
        ApiMessage response = key.messageType.newResponse();
        response.read(readable, (short) version);
        if (readable.remaining() != 0) {
            throw new AssertionError(readable.remaining() + " bytes are left of " + key + " version " + version);
        }
        return response;
    }

    /** The next byte, -1 once the server has closed. */
    public int read() throws IOException {
        try {
            return in.read();
        } catch (java.net.SocketException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
