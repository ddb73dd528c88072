package dev.tandem.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * A protocol that does not belong on the port where it was met.
 *
 * <p>The signatures cannot be mistaken for the expected protocol: read as the length that opens a Kafka request, each
 * of them is hundreds of megabytes, and none is the {@code AMQP} that opens an AMQP connection.
 */
public enum ForeignProtocol {
    TLS {
        @Override
        public String sentence(String portName) {
            return "a TLS client connected to the " + portName
                    + ", which speaks plaintext; switch TLS off in the client"
                    + " (security.protocol=PLAINTEXT, amqp:// instead of amqps://, http:// instead of https://)";
        }
    },
    HTTP {
        @Override
        public String sentence(String portName) {
            return "an HTTP client connected to the " + portName
                    + "; the console and the HTTP API are on the http port (15672 unless configured otherwise)";
        }
    },
    AMQP {
        @Override
        public String sentence(String portName) {
            return "an AMQP client connected to the " + portName
                    + "; AMQP clients belong on the amqp port (5672 unless configured otherwise)";
        }
    },
    KAFKA {
        @Override
        public String sentence(String portName) {
            return "a Kafka client connected to the " + portName
                    + "; Kafka clients belong on the kafka port (9092 unless configured otherwise)";
        }
    };

    /** What a port speaks. */
    public enum Expected {
        KAFKA(ForeignProtocol.KAFKA),
        AMQP(ForeignProtocol.AMQP),
        HTTP(ForeignProtocol.HTTP);

        private final ForeignProtocol own;

        Expected(ForeignProtocol own) {
            this.own = own;
        }
    }

    /** First bytes with which every protocol but Kafka is recognised. */
    private static final int SIGNATURE_BYTES = 4;

    /** Length, API key and version of a Kafka request. */
    private static final int KAFKA_BYTES = 8;

    /** Kafka's default {@code socket.request.max.bytes}. */
    private static final int MAX_KAFKA_REQUEST = 100 << 20;

    private static final int MIN_KAFKA_REQUEST = 8;
    private static final int MAX_KAFKA_API_KEY = 127;
    private static final int MAX_KAFKA_API_VERSION = 31;

    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR = 0x03;
    private static final int TLS_HIGHEST_MINOR = 0x04;

    /** The methods of RFC 9110 and PATCH, cut to four bytes, and the preface of HTTP/2. */
    private static final Set<String> HTTP_STARTS =
            Set.of("GET ", "HEAD", "POST", "PUT ", "DELE", "OPTI", "PATC", "CONN", "TRAC", "PRI ");

    /**
     * Recognises a foreign client by the first bytes of its connection; the buffer's indices do not move.
     *
     * @param firstBytes what has arrived; with fewer than four bytes (eight for a Kafka client) the answer is empty
     * @param expected what the port speaks; that protocol is never the answer
     */
    public static Optional<ForeignProtocol> detect(ByteBuf firstBytes, Expected expected) {
        return recognise(firstBytes).filter(protocol -> protocol != expected.own);
    }

    /**
     * One line for the log: who connected where, and where it belongs.
     *
     * @param portName the port met, for example {@code Kafka port 9092}
     */
    public abstract String sentence(String portName);

    private static Optional<ForeignProtocol> recognise(ByteBuf bytes) {
        if (bytes.readableBytes() < SIGNATURE_BYTES) {
            return Optional.empty();
        }
        int start = bytes.readerIndex();
        if (bytes.getByte(start) == TLS_HANDSHAKE
                && bytes.getByte(start + 1) == TLS_MAJOR
                && bytes.getUnsignedByte(start + 2) <= TLS_HIGHEST_MINOR) {
            return Optional.of(TLS);
        }
        String signature = bytes.toString(start, SIGNATURE_BYTES, StandardCharsets.ISO_8859_1);
        if (signature.equals("AMQP")) {
            return Optional.of(AMQP);
        }
        if (HTTP_STARTS.contains(signature)) {
            return Optional.of(HTTP);
        }
        return looksLikeKafka(bytes, start) ? Optional.of(KAFKA) : Optional.empty();
    }

    private static boolean looksLikeKafka(ByteBuf bytes, int start) {
        if (bytes.readableBytes() < KAFKA_BYTES) {
            return false;
        }
        int length = bytes.getInt(start);
        int apiKey = bytes.getUnsignedShort(start + 4);
        int apiVersion = bytes.getUnsignedShort(start + 6);
        return length >= MIN_KAFKA_REQUEST
                && length <= MAX_KAFKA_REQUEST
                && apiKey <= MAX_KAFKA_API_KEY
                && apiVersion <= MAX_KAFKA_API_VERSION;
    }
}
