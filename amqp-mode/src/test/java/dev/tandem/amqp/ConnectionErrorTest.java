package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.amqp.connection.ConfiguredAuthenticator;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.testsupport.EchoVhosts;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients that break the protocol are told. */
@Timeout(120)
class ConnectionErrorTest {
    private static final byte[] AMQP_0_9_1 = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    private static final BasicMethod.Publish PUBLISH =
            new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("q"), false, false);

    private final Vertx vertx = Vertx.vertx();
    private final EchoVhosts vhosts = new EchoVhosts();
    private final AmqpConfig config = AmqpConfig.defaults().withPort(0);
    private final ConnectionRegistry registry = new ConnectionRegistry(config, Clock.systemUTC());
    private AmqpServer server;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        server = new AmqpServer(
                vertx, config, List.of("127.0.0.1"), 1, registry, new ConfiguredAuthenticator(config), vhosts);
        server.start().toCompletionStage().toCompletableFuture().join();
        client = new RawClient(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.stop().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void answersAnUnknownProtocolHeaderWithItsOwnAndEnds() throws IOException {
        // when
        client.text("AMQP\1\1\11\11");

        // then
        assertThat(client.readRest()).isEqualTo(AMQP_0_9_1);
    }

    @Test
    void answersHttpAndTlsWithItsOwnHeaderAndEnds() throws IOException {
        // when
        client.text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        // then
        assertThat(client.readRest()).isEqualTo(AMQP_0_9_1);
        try (var other = new RawClient(server.port())) {
            other.bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3);
            assertThat(other.readRest()).isEqualTo(AMQP_0_9_1);
        }
    }

    @Test
    void takesAProtocolHeaderThatArrivesByteByByte() throws IOException {
        // when
        for (byte octet : AMQP_0_9_1) {
            client.bytes(octet);
        }

        // then
        assertThat(client.readMethod()).isInstanceOfSatisfying(ConnectionMethod.Start.class, start -> {
            assertThat(start.versionMajor()).isZero();
            assertThat(start.versionMinor()).isEqualTo(9);
            assertThat(new String(start.mechanisms().toByteArray(), StandardCharsets.US_ASCII))
                    .isEqualTo("PLAIN AMQPLAIN");
        });
    }

    @Test
    void refusesAFrameLargerThanAllowedBeforeTuning() throws IOException {
        // given
        client.protocolHeader().readMethod();

        // when
        client.frame(RawClient.METHOD, 0, new byte[8193]);

        // then
        expectFrameError("type 1, all octets = <<>>: {frame_too_large,8193,8184}");
    }

    @Test
    void refusesAWrongFrameEnd() throws IOException {
        // given
        client.openChannel();

        // when
        client.frame(RawClient.METHOD, 1, new byte[] {0, 60, 0, 10}, 0xCD);

        // then
        expectFrameError("type 1, all octets = <<0,60,0,10>>: {invalid_frame_end_marker,205}");
    }

    @Test
    void refusesAWrongFrameEndBehindABody() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH).header(1, 60, 20);

        // when
        client.frame(RawClient.BODY, 1, "twenty bytes of body".getBytes(StandardCharsets.US_ASCII), 0);

        // then
        expectFrameError("type 3, first 16 octets = <<\"twenty bytes of \">>: {invalid_frame_end_marker,0}");
    }

    @Test
    void refusesAnUnknownFrameType() throws IOException {
        // given
        client.openChannel();

        // when
        client.frame(7, 1, new byte[0]);

        // then
        expectFrameError("type 7, all octets = <<>>: unknown_frame");
    }

    @Test
    void refusesAMethodOutOfOrder() throws IOException {
        // given
        client.protocolHeader().readMethod();

        // when
        client.method(0, new ConnectionMethod.Open("/"));

        // then
        expectClose(504, "CHANNEL_ERROR - unexpected method in connection state starting", 10, 40);
    }

    @Test
    void refusesAFrameMaxBelowTheMinimum() throws IOException {
        // given
        client.protocolHeader().readMethod();
        client.startOk("guest", FieldTable.EMPTY).readMethod();

        // when
        client.method(0, new ConnectionMethod.TuneOk(2047, 100, 0));

        // then
        expectClose(
                530, "NOT_ALLOWED - negotiated frame_max = 100 is lower than the minimum allowed value (4096)", 10, 30);
    }

    @Test
    void refusesASecondChannelOpen() throws IOException {
        // given
        client.openChannel();

        // when
        client.method(1, new ChannelMethod.Open());

        // then
        expectClose(504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10);
        assertThat(vhosts.events).containsSubsequence("closed 1", "connection closed");
    }

    @Test
    void refusesAMethodOnAChannelThatIsNotOpen() throws IOException {
        // given
        client.openChannel();

        // when
        client.method(2, new BasicMethod.Get("q", true));

        // then
        expectClose(504, "CHANNEL_ERROR - expected 'channel.open'", 60, 70);
    }

    @Test
    void refusesAChannelPastTheNegotiatedMaximum() throws IOException {
        // given
        client.open(1, 0).method(1, new ChannelMethod.Open()).readMethod();

        // when
        client.method(2, new ChannelMethod.Open());

        // then
        expectClose(
                530, "NOT_ALLOWED - number of channels opened (1) has reached the negotiated channel_max (1)", 0, 0);
    }

    @Test
    void refusesAMethodWhereAHeaderIsDue() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH);

        // when
        client.method(1, PUBLISH);

        // then
        expectClose(
                505,
                "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead",
                60,
                40);
    }

    @Test
    void refusesAHeaderOfAnotherClass() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH);

        // when
        client.header(1, 10, 1);

        // then
        expectClose(
                505, "UNEXPECTED_FRAME - expected content header for class 60, got one for class 10 instead", 60, 40);
    }

    @Test
    void refusesABodyThatNobodyAnnounced() throws IOException {
        // given
        client.openChannel();

        // when
        client.body(1, 3);

        // then
        expectClose(505, "UNEXPECTED_FRAME - expected method frame, got non method frame instead", 0, 0);
    }

    @Test
    void refusesABodyLongerThanAnnounced() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH).header(1, 60, 10).body(1, 4);

        // when
        client.body(1, 7);

        // then
        expectClose(501, "FRAME_ERROR - content body frame exceeds remaining content size", 60, 40);
    }

    @Test
    void closesTheChannelForAMessageThatIsTooLargeAndSkipsItsBody() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH);

        // when
        client.header(1, 60, (16 << 20) + 1).body(1, 1000).method(1, new BasicMethod.Get("q", true));

        // then
        assertThat(client.readMethod())
                .isEqualTo(new ChannelMethod.Close(
                        406,
                        "PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216",
                        60,
                        40));
        client.method(1, new ChannelMethod.CloseOk()).method(1, new ChannelMethod.Open());
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
    }

    @Test
    void refusesABodySizeBeyondReason() throws IOException {
        // given
        client.openChannel().method(1, PUBLISH);

        // when
        client.header(1, 60, -1);

        // then
        expectClose(
                501,
                "FRAME_ERROR - content body size 18446744073709551615 exceeds maximum allowed size 536870912",
                60,
                40);
    }

    @Test
    void refusesAHeartbeatOnAChannel() throws IOException {
        // given
        client.openChannel();

        // when
        client.frame(RawClient.HEARTBEAT, 1, new byte[0]);

        // then
        expectClose(505, "UNEXPECTED_FRAME - type 8, all octets = <<>>", 0, 0);
    }

    @Test
    void refusesAnUnknownMethodAndAMalformedOne() throws IOException {
        // given
        client.openChannel();

        // when
        client.frame(RawClient.METHOD, 1, new byte[] {0, 60, 0, 99});

        // then
        expectClose(540, "NOT_IMPLEMENTED - unknown method {60,99}", 0, 0);
        try (var other = new RawClient(server.port())) {
            other.openChannel().frame(RawClient.METHOD, 1, new byte[] {0, 50, 0, 10, 0, 0, 9, 'q'});
            assertThat(other.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(501, "FRAME_ERROR - cannot decode <<0,0,9,113>>", 50, 10));
        }
    }

    @Test
    void dropsAClientThatFailsToLogInAndCannotBeTold() throws IOException {
        // given
        client.protocolHeader().readMethod();

        // when
        client.startOk("wrong", FieldTable.EMPTY);

        // then
        assertThat(client.readRest()).isEmpty();
    }

    @Test
    void namesAnUnknownMechanism() throws IOException {
        // given
        client.protocolHeader().readMethod();

        // when
        client.method(
                0,
                new ConnectionMethod.StartOk(
                        FieldTable.EMPTY, "OTHER", dev.tandem.storage.record.Slice.EMPTY, "en_US"));

        // then
        expectClose(503, "COMMAND_INVALID - unknown authentication mechanism 'OTHER'", 0, 0);
    }

    @Test
    void ignoresAllButTheAnswerOnAChannelThatItClosed() throws IOException {
        // given
        client.openChannel().method(1, declare("missing"));
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.Close.class);

        // when
        client.method(1, declare("a"))
                .method(1, PUBLISH)
                .header(1, 60, 3)
                .body(1, 3)
                .method(1, new ChannelMethod.CloseOk())
                .method(1, new ChannelMethod.Open())
                .method(1, declare("b"));

        // then
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
        assertThat(client.readMethod()).isEqualTo(new QueueMethod.DeclareOk("b", 0, 0));
    }

    @Test
    void answersACloseThatCrossesItsOwn() throws IOException {
        // given
        client.openChannel().method(1, declare("missing"));

        // when
        client.method(1, new ChannelMethod.Close(200, "bye", 0, 0));

        // then
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.Close.class);
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.CloseOk.class);
        client.method(1, new ChannelMethod.CloseOk()).method(1, new ChannelMethod.Open());
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
    }

    @Test
    void answersACloseOfTheConnectionThatCrossesItsOwn() throws IOException {
        // given
        client.openChannel();

        // when
        client.method(1, new ChannelMethod.Open()).method(0, new ConnectionMethod.Close(200, "bye", 0, 0));

        // then
        assertThat(client.readMethod()).isInstanceOf(ConnectionMethod.Close.class);
        assertThat(client.readMethod()).isInstanceOf(ConnectionMethod.CloseOk.class);
        client.method(0, new ConnectionMethod.CloseOk());
        assertThat(client.readRest()).isEmpty();
    }

    @Test
    void dropsAClientThatNeverConfirmsTheClose() throws IOException {
        // given
        client.openChannel();

        // when
        client.method(1, new ChannelMethod.Open());

        // then
        client.readMethod();
        assertThat(client.readRest()).isEmpty();
        await().until(() -> registry.connections().isEmpty());
    }

    @Test
    void sendsHeartbeatsAndDropsAClientThatSendsNone() throws IOException {
        // given
        client.open(0, 1);

        // when
        byte[] rest = client.readRest();

        // then
        byte[] heartbeat = {8, 0, 0, 0, 0, 0, 0, (byte) 0xCE};
        assertThat(rest.length).isGreaterThanOrEqualTo(3 * heartbeat.length);
        assertThat(rest).startsWith(heartbeat);
        assertThat(rest.length % heartbeat.length).isZero();
        await().until(() -> vhosts.events.contains("connection closed"));
    }

    @Test
    void keepsAClientThatSendsHeartbeats() throws IOException {
        // given
        client.open(0, 1);

        // when
        for (int i = 0; i < 6; i++) {
            assertThat(client.readFrame().type()).isEqualTo(RawClient.HEARTBEAT);
            client.frame(RawClient.HEARTBEAT, 0, new byte[0]);
        }

        // then
        client.method(1, new ChannelMethod.Open());
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
    }

    @Test
    void dropsAClientThatDoesNotFinishTheHandshake() throws IOException {
        // given
        AmqpServer other = startHasty();

        // when
        try (var slow = new RawClient(other.port())) {
            slow.text("AMQP");

            // then
            assertThat(slow.readRest()).isEmpty();
        } finally {
            other.stop().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void dropsAClientThatSendsAnOctetAtATime() throws IOException {
        // given
        AmqpServer other = startHasty();

        // when
        try (var slow = new RawClient(other.port())) {
            // then
            assertThatThrownBy(() -> {
                        slow.protocolHeader().bytes(1, 0, 0, 0, 0, 31, 255);
                        for (int i = 0; i < 8000; i++) {
                            slow.bytes(0);
                            await().pollDelay(Duration.ofMillis(10)).until(() -> true);
                        }
                    })
                    .isInstanceOf(IOException.class);
        } finally {
            other.stop().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** A server that gives clients little time. */
    private AmqpServer startHasty() {
        var hasty = new AmqpConfig(
                0,
                10,
                8192,
                Duration.ZERO,
                1 << 20,
                Duration.ofMillis(200),
                Duration.ZERO,
                10,
                100,
                "guest",
                "guest",
                List.of(),
                List.of(),
                List.of(),
                List.of());
        var other = new AmqpServer(
                vertx,
                hasty,
                List.of("127.0.0.1"),
                1,
                new ConnectionRegistry(hasty, Clock.systemUTC()),
                new ConfiguredAuthenticator(hasty),
                vhosts);
        other.start().toCompletionStage().toCompletableFuture().join();
        return other;
    }

    private static QueueMethod.Declare declare(String queue) {
        return new QueueMethod.Declare(queue, false, false, false, false, false, FieldTable.EMPTY);
    }

    /** The close; once framing is lost, no confirmation is understood, and the socket ends after a while. */
    private void expectFrameError(String text) throws IOException {
        assertThat(client.readMethod()).isEqualTo(new ConnectionMethod.Close(501, "FRAME_ERROR - " + text, 0, 0));
    }

    /** The close, and the end of the socket once it is confirmed. */
    private void expectClose(int code, String text, int classId, int methodId) throws IOException {
        assertThat(client.readMethod()).isEqualTo(new ConnectionMethod.Close(code, text, classId, methodId));
        client.method(0, new ConnectionMethod.CloseOk());
        assertThat(client.readRest()).isEmpty();
    }
}
