package dev.tandem.kafka.fuzz;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/** A connection on which each frame is followed by a question that every server answers, so that nobody need guess. */
final class FuzzedConnection implements AutoCloseable {
    /** ApiVersions 0, with a correlation id of its own and no client id. */
    private static final int PROBE_ID = 0x7E57;

    private static final byte[] PROBE = ByteBuffer.allocate(14)
            .putInt(10)
            .putShort((short) 18)
            .putShort((short) 0)
            .putInt(PROBE_ID)
            .putShort((short) -1)
            .array();
    /** Requests that may rightly wait: for records, or for other members of a group. */
    private static final Set<Integer> WAITING =
            Set.of((int) ApiKeys.FETCH.id, (int) ApiKeys.JOIN_GROUP.id, (int) ApiKeys.SYNC_GROUP.id);

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int SHORT_PATIENCE_MILLIS = 100;

    private final Socket socket;
    private final DataInputStream in;

    FuzzedConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** What became of a frame. */
    enum Outcome {
        /** The frame was answered, or needed no answer; the connection goes on. */
        ANSWERED,
        CLOSED,
        /** The server waits, as it may; the connection is of no more use. */
        WAITS
    }

    /** Sends a frame and finds out what becomes of it. */
    Outcome send(Frame frame) throws IOException {
        boolean mayWait = WAITING.contains(frame.apiKey());
        try {
            socket.setSoTimeout(mayWait && frame.isWhole() ? SHORT_PATIENCE_MILLIS : PATIENCE_MILLIS);
            socket.getOutputStream().write(frame.onTheWire());
            if (!frame.isWhole()) {
                // Nobody can tell where the next one would begin: the server may wait for more until there is no more.
                socket.shutdownOutput();
            } else {
                socket.getOutputStream().write(PROBE);
            }
            while (true) {
                var answer = new byte[in.readInt()];
                in.readFully(answer);
                if (ByteBuffer.wrap(answer).getInt() == PROBE_ID) {
                    return Outcome.ANSWERED;
                }
                check(frame, answer);
            }
        } catch (SocketTimeoutException e) {
            if (mayWait) {
                return Outcome.WAITS;
            }
            throw new AssertionError("neither an answer nor an end within " + PATIENCE_MILLIS + " ms", e);
        } catch (EOFException | SocketException e) {
            return Outcome.CLOSED;
        }
    }

    /** The answer must be one to the frame, in the version that the frame says. */
    private static void check(Frame frame, byte[] answer) {
        var request = ByteBuffer.wrap(frame.bytes());
        ApiKeys key = ApiKeys.forId(request.getShort());
        short version = request.getShort();
        var readable = new ByteBufferAccessor(ByteBuffer.wrap(answer));
        boolean unsupported = key == ApiKeys.API_VERSIONS && !key.isVersionSupported(version);
        short answered = unsupported ? 0 : version;
        var header = new ResponseHeaderData(readable, key.responseHeaderVersion(answered));
        if (header.correlationId() != request.getInt()) {
            throw new AssertionError("an answer to nobody: " + header.correlationId());
        }
        ApiMessage response = key.messageType.newResponse();
        response.read(readable, answered);
        if (readable.remaining() != 0) {
            throw new AssertionError(readable.remaining() + " bytes are left of the answer to " + key);
        }
        if (unsupported && ((ApiVersionsResponseData) response).errorCode() != Errors.UNSUPPORTED_VERSION.code()) {
            throw new AssertionError("ApiVersions " + version + " was taken for a known version");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
