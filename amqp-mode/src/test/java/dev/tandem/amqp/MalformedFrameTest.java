package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tandem.amqp.connection.ConfiguredAuthenticator;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.testsupport.EchoVhosts;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.wire.ShortString;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames and methods that are none: each gets RabbitMQ's code and text, and nobody else notices. */
@Timeout(120)
class MalformedFrameTest {
    private static final BasicMethod.Publish PUBLISH =
            new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("q"), false, false);

    private static final Vertx VERTX = Vertx.vertx();
    private static final AmqpConfig CONFIG = AmqpConfig.defaults().withPort(0);
    private static AmqpServer server;
    private static RawClient bystander;

    @BeforeAll
    static void start() throws IOException {
        server = new AmqpServer(
                VERTX,
                CONFIG,
                List.of("127.0.0.1"),
                1,
                new ConnectionRegistry(CONFIG, Clock.systemUTC()),
                new ConfiguredAuthenticator(CONFIG),
                new EchoVhosts());
        server.start().toCompletionStage().toCompletableFuture().join();
        bystander = new RawClient(server.port()).openChannel();
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.stop().toCompletionStage().toCompletableFuture().join();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    /** What is wrong, the frame in hexadecimal (type, channel, payload), and the close it gets. */
    static Stream<Arguments> frames() {
        return Stream.of(
                arguments(
                        "a method frame without a method",
                        1,
                        1,
                        "003c",
                        501,
                        "FRAME_ERROR - type 1, all octets = <<0,60>>: unknown_frame",
                        0,
                        0),
                arguments(
                        "a header too short for its size",
                        2,
                        1,
                        "003c0000000000000000ff",
                        501,
                        "FRAME_ERROR - type 2, all octets = <<0,60,0,0,0,0,0,0,0,0,255>>: unknown_frame",
                        0,
                        0),
                arguments(
                        "a heartbeat with a payload",
                        8,
                        0,
                        "41",
                        501,
                        "FRAME_ERROR - type 8, all octets = <<\"A\">>: unknown_frame",
                        0,
                        0),
                arguments(
                        "an unknown type",
                        7,
                        1,
                        HexFormat.of().formatHex(ascii("the second world")) + "00",
                        501,
                        "FRAME_ERROR - type 7, first 16 octets = <<\"the second world\">>: unknown_frame",
                        0,
                        0),
                arguments(
                        "a header on channel 0",
                        2,
                        0,
                        "003c00000000000000000003" + "0000",
                        505,
                        "UNEXPECTED_FRAME - type 2, all octets = <<0,60,0,0,0,0,0,0,0,0,0,3,0,0>>",
                        0,
                        0),
                arguments(
                        "a body on channel 0",
                        3,
                        0,
                        "0102",
                        505,
                        "UNEXPECTED_FRAME - type 3, all octets = <<1,2>>",
                        0,
                        0),
                arguments(
                        "a heartbeat on a channel",
                        8,
                        1,
                        "",
                        505,
                        "UNEXPECTED_FRAME - type 8, all octets = <<>>",
                        0,
                        0),
                arguments(
                        "a method cut short",
                        1,
                        1,
                        "0032000a" + "0000" + "0971",
                        501,
                        "FRAME_ERROR - cannot decode <<0,0,9,113>>",
                        50,
                        10),
                arguments(
                        "a method with a remainder",
                        1,
                        1,
                        "003c0046" + "0000" + "0171" + "01" + "05",
                        501,
                        "FRAME_ERROR - cannot decode <<0,0,1,113,1,5>>",
                        60,
                        70),
                arguments(
                        "a method without arguments that has some",
                        1,
                        1,
                        "005a000a" + "00",
                        501,
                        "FRAME_ERROR - cannot decode <<0>>",
                        90,
                        10),
                arguments(
                        "a table that is longer than its frame",
                        1,
                        1,
                        "0032000a" + "0000" + "0171" + "00" + "0000000a",
                        501,
                        "FRAME_ERROR - cannot decode <<0,0,1,113,0,0,0,0,10>>",
                        50,
                        10),
                arguments(
                        "a short string that is not UTF-8",
                        1,
                        1,
                        "003c0046" + "0000" + "02c328" + "01",
                        501,
                        "FRAME_ERROR - Malformed UTF-8 in shortstr",
                        0,
                        0),
                arguments(
                        "a reserved short string that is not UTF-8",
                        1,
                        2,
                        "0014000a" + "01ff",
                        501,
                        "FRAME_ERROR - Malformed UTF-8 in shortstr",
                        0,
                        0),
                arguments(
                        "a table with an unknown type",
                        1,
                        1,
                        "0032000a" + "0000" + "0171" + "00" + "00000004" + "01615a00",
                        502,
                        "SYNTAX_ERROR - unknown field type 90",
                        50,
                        10),
                arguments(
                        "a table whose value exceeds it",
                        1,
                        1,
                        "0032000a" + "0000" + "0171" + "00" + "00000008" + "016153" + "7fffffff" + "00",
                        502,
                        "SYNTAX_ERROR - a field table needs 2147483647 bytes, it has 1",
                        50,
                        10),
                arguments("an unknown method", 1, 1, "003c0063", 540, "NOT_IMPLEMENTED - unknown method {60,99}", 0, 0),
                arguments(
                        "an unknown class",
                        1,
                        0,
                        "12345678",
                        540,
                        "NOT_IMPLEMENTED - unknown method {4660,22136}",
                        0,
                        0),
                arguments(
                        "a method of the connection on a channel",
                        1,
                        1,
                        "000a0028" + "012f" + "00" + "00",
                        503,
                        "COMMAND_INVALID - unimplemented method",
                        10,
                        40),
                arguments(
                        "a method of a channel on the connection",
                        1,
                        0,
                        "0014000a" + "00",
                        504,
                        "CHANNEL_ERROR - unexpected method in connection state running",
                        20,
                        10),
                arguments(
                        "a second connection.open",
                        1,
                        0,
                        "000a0028" + "012f" + "00" + "00",
                        504,
                        "CHANNEL_ERROR - unexpected method in connection state running",
                        10,
                        40),
                arguments(
                        "a close-ok that nobody asked for",
                        1,
                        0,
                        "000a0033",
                        504,
                        "CHANNEL_ERROR - unexpected method in connection state running",
                        10,
                        51),
                arguments(
                        "content on a channel that is not open",
                        2,
                        9,
                        "003c00000000000000000003" + "0000",
                        505,
                        "UNEXPECTED_FRAME - expected method frame, got non method frame instead",
                        0,
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void isToldWhatIsWrong(
            String what, int type, int channel, String payload, int code, String text, int classId, int methodId)
            throws IOException {
        try (var client = new RawClient(server.port()).openChannel()) {
            // when
            client.frame(type, channel, HexFormat.of().parseHex(payload));

            // then
            assertThat(client.readMethod()).isEqualTo(new ConnectionMethod.Close(code, text, classId, methodId));
            client.method(0, new ConnectionMethod.CloseOk());
            assertThat(client.readRest()).isEmpty();
        }
        expectBystanderIsServed();
    }

    /** What is wrong with a header, in hexadecimal (class, weight, size, properties), and the close it gets. */
    static Stream<Arguments> headers() {
        return Stream.of(
                arguments(
                        "a weight",
                        "003c0001" + "0000000000000000" + "0000",
                        505,
                        "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead"),
                arguments(
                        "another class",
                        "005a0000" + "0000000000000000" + "0000",
                        505,
                        "UNEXPECTED_FRAME - expected content header for class 60, got one for class 90 instead"),
                arguments(
                        "a size past all limits",
                        "003c0000" + "0000000020000001" + "0000",
                        501,
                        "FRAME_ERROR - content body size 536870913 exceeds maximum allowed size 536870912"),
                arguments(
                        "no flags",
                        "003c0000" + "0000000000000000",
                        502,
                        "SYNTAX_ERROR - content properties need 2 bytes, they have 0"),
                arguments(
                        "a property longer than its frame",
                        "003c0000" + "0000000000000000" + "8000" + "0561",
                        502,
                        "SYNTAX_ERROR - content properties need 8 bytes, they have 4"),
                arguments(
                        "a remainder",
                        "003c0000" + "0000000000000000" + "0000" + "61",
                        502,
                        "SYNTAX_ERROR - content properties take 2 bytes of 3"),
                arguments(
                        "further flags",
                        "003c0000" + "0000000000000000" + "0001" + "0000",
                        502,
                        "SYNTAX_ERROR - unknown content property flags 1"),
                arguments(
                        "headers of an unknown type",
                        "003c0000" + "0000000000000000" + "2000" + "00000003" + "016121",
                        502,
                        "SYNTAX_ERROR - unknown field type 33"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void isToldWhatIsWrongWithAHeader(String what, String header, int code, String text) throws IOException {
        try (var client = new RawClient(server.port()).openChannel()) {
            // when
            client.method(1, PUBLISH).frame(RawClient.HEADER, 1, HexFormat.of().parseHex(header));

            // then
            assertThat(client.readMethod()).isEqualTo(new ConnectionMethod.Close(code, text, 60, 40));
        }
        expectBystanderIsServed();
    }

    @Test
    void namesNoMethodWhenOneIsDueAfterAPublish() throws IOException {
        try (var client = new RawClient(server.port()).openChannel()) {
            // given
            client.method(1, PUBLISH).header(1, 60, 3).body(1, 3);
            assertThat(client.readMethod()).isInstanceOf(BasicMethod.Ack.class);

            // when: a second header
            client.header(1, 60, 3);

            // then
            assertThat(client.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(
                            505, "UNEXPECTED_FRAME - expected method frame, got non method frame instead", 0, 0));
        }
    }

    @Test
    void isToldOfAFrameThatComesBeforeTheConnectionIsOpen() throws IOException {
        try (var client = new RawClient(server.port())) {
            // given
            client.protocolHeader().readMethod();

            // when
            client.method(1, new ChannelMethod.Open());

            // then
            assertThat(client.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(
                            505, "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>", 0, 0));
        }
    }

    @Test
    void readsOnAndDropsWhatComesUntilTheClientHasHeard() throws IOException {
        try (var client = new RawClient(server.port()).openChannel()) {
            // given
            client.method(1, new ChannelMethod.Open());

            // when: more than any buffer between takes, of all kinds
            for (int i = 0; i < 400; i++) {
                client.method(1, PUBLISH).header(1, 60, 100_000).body(1, 100_000);
                client.frame(RawClient.BODY, 0, new byte[1000]).frame(9, 7, new byte[3]);
            }

            // then
            assertThat(client.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10));
            client.method(0, new ConnectionMethod.CloseOk());
            assertThat(client.readRest()).isEmpty();
        }
    }

    private static void expectBystanderIsServed() throws IOException {
        bystander.method(1, PUBLISH).header(1, 60, 3).body(1, 3);
        assertThat(bystander.readMethod()).isInstanceOf(BasicMethod.Ack.class);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
