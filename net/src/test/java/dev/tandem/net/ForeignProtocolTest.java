package dev.tandem.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.net.ForeignProtocol.Expected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignProtocolTest {
    /** A first ApiVersions request of librdkafka: length 29, key 18, version 3. */
    private static final String API_VERSIONS_REQUEST = "0000001d 0012 0003 00000001 0007";

    private static final String CLIENT_HELLO = "16 0301 0200 01 0001fc 0303";

    @Test
    void recognisesAnAmqpClientOnTheKafkaPort() {
        // given
        ByteBuf header = hex("414d5150 00 00 09 01");

        // when
        var foreign = ForeignProtocol.detect(header, Expected.KAFKA);

        // then
        assertThat(foreign).contains(ForeignProtocol.AMQP);
        assertThat(foreign.orElseThrow().sentence("Kafka port 9092"))
                .isEqualTo("an AMQP client connected to the Kafka port 9092; AMQP clients belong on the amqp port"
                        + " (5672 unless configured otherwise)");
    }

    @Test
    void recognisesAKafkaClientOnTheAmqpPort() {
        // given
        ByteBuf request = hex(API_VERSIONS_REQUEST);

        // when
        var foreign = ForeignProtocol.detect(request, Expected.AMQP);

        // then
        assertThat(foreign).contains(ForeignProtocol.KAFKA);
        assertThat(foreign.orElseThrow().sentence("AMQP port 5672"))
                .isEqualTo("a Kafka client connected to the AMQP port 5672; Kafka clients belong on the kafka port"
                        + " (9092 unless configured otherwise)");
    }

    @ParameterizedTest
    @EnumSource(Expected.class)
    void recognisesTlsOnEveryPort(Expected expected) {
        assertThat(ForeignProtocol.detect(hex(CLIENT_HELLO), expected)).contains(ForeignProtocol.TLS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n", "POST /api", "PUT /x", "HEAD /", "DELETE /", "OPTIONS *", "PRI * HTTP/2.0"
            })
    void recognisesHttpOnTheBrokerPorts(String start) {
        // given
        ByteBuf request = text(start);

        // when
        var onKafka = ForeignProtocol.detect(request, Expected.KAFKA);
        var onAmqp = ForeignProtocol.detect(request, Expected.AMQP);

        // then
        assertThat(onKafka).contains(ForeignProtocol.HTTP);
        assertThat(onAmqp).contains(ForeignProtocol.HTTP);
    }

    @Test
    void neverNamesTheProtocolThatThePortSpeaks() {
        assertThat(ForeignProtocol.detect(hex(API_VERSIONS_REQUEST), Expected.KAFKA))
                .isEmpty();
        assertThat(ForeignProtocol.detect(text("AMQP\0\0\11\1"), Expected.AMQP)).isEmpty();
        assertThat(ForeignProtocol.detect(text("GET / HTTP/1.1"), Expected.HTTP))
                .isEmpty();
    }

    @Test
    void doesNotTakeUnknownBytesForKafka() {
        // given
        ByteBuf unknownApi = hex("0000001d 7fff 0003");
        ByteBuf hugeRequest = hex("7fffffff 0012 0003");
        ByteBuf tooFewBytes = hex("0000001d 0012");

        // then
        assertThat(ForeignProtocol.detect(unknownApi, Expected.AMQP)).isEmpty();
        assertThat(ForeignProtocol.detect(hugeRequest, Expected.AMQP)).isEmpty();
        assertThat(ForeignProtocol.detect(tooFewBytes, Expected.AMQP)).isEmpty();
    }

    @Property
    void looksAtBytesWithoutConsumingThem(
            @ForAll @Size(max = 16) byte[] bytes, @ForAll @IntRange(max = 4) int skipped) {
        // given
        ByteBuf buffer = Unpooled.buffer().writeZero(skipped).writeBytes(bytes).skipBytes(skipped);

        // when
        for (Expected expected : Expected.values()) {
            var foreign = ForeignProtocol.detect(buffer, expected);

            // then
            assertThat(foreign).isEqualTo(ForeignProtocol.detect(Unpooled.wrappedBuffer(bytes), expected));
        }
        assertThat(buffer.readableBytes()).isEqualTo(bytes.length);
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
