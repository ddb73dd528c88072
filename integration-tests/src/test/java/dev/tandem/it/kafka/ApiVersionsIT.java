package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SharedBroker;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** ApiVersions as clients of any age ask for it, byte by byte. */
class ApiVersionsIT {
    private static final short API_VERSIONS = 18;
    private static final short PRODUCE = 0;
    private static final short METADATA = 3;
    private static final short NONE = 0;
    private static final short UNSUPPORTED_VERSION = 35;

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void answersTheOldestVersion() throws Exception {
        // when
        Answer answer = ask((short) 0);

        // then
        assertThat(answer.error()).isEqualTo(NONE);
        // librdkafka and kafka-python take their decisions from these two lowest versions.
        assertThat(answer.lowest()).containsEntry(PRODUCE, (short) 0).containsEntry(METADATA, (short) 0);
    }

    @Test
    void answersAVersionOfTheFutureWithTheRangeItKnows() throws Exception {
        // when
        Answer answer = ask((short) 99);

        // then
        assertThat(answer.error()).isEqualTo(UNSUPPORTED_VERSION);
        assertThat(answer.lowest()).containsOnlyKeys(API_VERSIONS);
    }

    /** Sends an ApiVersions request without body and reads the answer as version 0, which a broker gives to both. */
    private Answer ask(short version) throws IOException {
        String[] address = kafka.bootstrap().split(":");
        byte[] clientId = "raw".getBytes(StandardCharsets.UTF_8);
        try (var socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(30_000);
            var out = new DataOutputStream(socket.getOutputStream());
            // From version 3 the header ends with its tagged fields, here none.
            int tags = version >= 3 ? 1 : 0;
            out.write(ByteBuffer.allocate(14 + clientId.length + tags)
                    .putInt(10 + clientId.length + tags)
                    .putShort(API_VERSIONS)
                    .putShort(version)
                    .putInt(42)
                    .putShort((short) clientId.length)
                    .put(clientId)
                    .array());
            var in = new DataInputStream(socket.getInputStream());
            var frame = ByteBuffer.wrap(in.readNBytes(in.readInt()));
            assertThat(frame.getInt()).as("correlation id").isEqualTo(42);
            short error = frame.getShort();
            var lowest = new HashMap<Short, Short>();
            for (int left = frame.getInt(); left > 0; left--) {
                lowest.put(frame.getShort(), frame.getShort());
                frame.getShort();
            }
            return new Answer(error, lowest);
        }
    }

    private record Answer(short error, Map<Short, Short> lowest) {}
}
