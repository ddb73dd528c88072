package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.amqp.connection.ConfiguredAuthenticator;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.testsupport.EchoVhosts;
import dev.tandem.amqp.testsupport.RawClient;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading that pauses, output that nobody reads, limits. */
@Timeout(120)
class ConnectionFlowTest {
    private static final BasicMethod.Publish PUBLISH =
            new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("q"), false, false);

    private final Vertx vertx = Vertx.vertx();
    private final EchoVhosts vhosts = new EchoVhosts();
    private final AmqpConfig config = new AmqpConfig(
            0,
            2047,
            131_072,
            Duration.ofSeconds(60),
            16 << 20,
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            2,
            3,
            "guest",
            "guest",
            List.of("guest"),
            List.of(),
            List.of(),
            List.of());
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
    void readsNothingWhileAChannelHasAReason() throws IOException {
        // given
        client.openChannel().method(1, declare("pause")).readMethod();
        client.method(1, declare("later"));
        assertThat(registry.connections().get(0).state()).isEqualTo("flow");
        assertThat(vhosts.events).doesNotContain("declare later");

        // when
        resume();

        // then
        assertThat(client.readMethod()).isEqualTo(new QueueMethod.DeclareOk("later", 0, 0));
        assertThat(registry.connections().get(0).state()).isEqualTo("running");
    }

    @Test
    void doesNotTakeItsOwnPauseForAClientThatIsGone() throws IOException {
        // given
        client.open(0, 1).method(1, new ChannelMethod.Open()).readMethod();
        client.method(1, declare("pause")).readMethod();

        // when: twice as long as a silent client may live
        for (int i = 0; i < 10; i++) {
            assertThat(client.readFrame().type()).isEqualTo(RawClient.HEARTBEAT);
        }
        resume();

        // then
        client.method(1, declare("later"));
        assertThat(client.readMethod()).isEqualTo(new QueueMethod.DeclareOk("later", 0, 0));
    }

    @Test
    void tellsChannelsWhenOutputFillsAndDrains() throws IOException {
        // given
        client.openChannel().method(1, new BasicMethod.Consume("q", "", false, true, false, false, FieldTable.EMPTY));
        client.readMethod();
        int messages = 400;

        // when: the client publishes to itself and reads nothing
        var publisher = CompletableFuture.runAsync(() -> publish(messages));
        await().until(() -> vhosts.events.contains("writable false"));

        // then
        int bodies = 0;
        while (bodies < messages) {
            bodies += client.readFrame().type() == RawClient.BODY ? 1 : 0;
        }
        await().until(() -> vhosts.events.contains("writable true"));
        assertThat(publisher).succeedsWithin(60, TimeUnit.SECONDS);
    }

    @Test
    void stopsReadingFromAClientThatDoesNotReadWhatItCauses() throws IOException {
        // given
        client.openChannel().method(1, new BasicMethod.Consume("q", "", false, true, false, false, FieldTable.EMPTY));
        client.readMethod();
        int messages = 400;

        // when: from a thread of its own, which blocks once it is not read from
        var publisher = CompletableFuture.runAsync(() -> publish(messages));
        await().until(() -> registry.connections().get(0).state().equals("flow"));

        // then: it is served on as soon as it reads
        assertThat(publisher).isNotDone();
        int bodies = 0;
        while (bodies < messages) {
            bodies += client.readFrame().type() == RawClient.BODY ? 1 : 0;
        }
        await().until(() -> registry.connections().get(0).state().equals("running"));
        assertThat(publisher).succeedsWithin(60, TimeUnit.SECONDS);
    }

    @Test
    void refusesAConnectionPastItsLimit() throws IOException {
        // given
        client.open(0, 0);
        try (var second = new RawClient(server.port());
                var third = new RawClient(server.port())) {
            second.open(0, 0);

            // when
            third.protocolHeader().readMethod();
            third.startOk("guest", FieldTable.EMPTY).readMethod();
            third.method(0, new ConnectionMethod.TuneOk(2047, 131_072, 0)).method(0, new ConnectionMethod.Open("/"));

            // then
            assertThat(third.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(
                            530, "NOT_ALLOWED - connection refused: node connection limit (2) is reached", 10, 40));
        }
    }

    @Test
    void refusesAChannelPastTheLimitOfTheNode() throws IOException {
        // given
        client.open(0, 0);
        try (var second = new RawClient(server.port()).open(0, 0)) {
            for (int channel = 1; channel <= 2; channel++) {
                client.method(channel, new ChannelMethod.Open()).readMethod();
            }
            second.method(1, new ChannelMethod.Open()).readMethod();

            // when
            second.method(2, new ChannelMethod.Open());

            // then
            assertThat(second.readMethod())
                    .isEqualTo(new ConnectionMethod.Close(
                            530,
                            "NOT_ALLOWED - number of channels opened on node 'tandem' has reached the maximum allowed limit of 3",
                            0,
                            0));
            await().until(() -> registry.channelsClosed() == 1);
            client.method(3, new ChannelMethod.Open());
            assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
        }
    }

    @Test
    void blocksAConnectionThatPublishesWhileMemoryIsLow() throws IOException {
        // given
        FieldTable capabilities =
                FieldTable.builder().put("connection.blocked", true).build();
        client.protocolHeader().readMethod();
        client.startOk(
                        "guest",
                        FieldTable.builder().put("capabilities", capabilities).build())
                .readMethod();
        client.method(0, new ConnectionMethod.TuneOk(2047, 131_072, 0)).method(0, new ConnectionMethod.Open("/"));
        client.readMethod();
        client.method(1, new ChannelMethod.Open()).readMethod();
        registry.lowOnMemory(true);
        client.method(1, declare("goes on"));
        assertThat(client.readMethod()).isEqualTo(new QueueMethod.DeclareOk("goes on", 0, 0));
        assertThat(registry.connections().get(0).state()).isEqualTo("blocking");

        // when
        client.method(1, PUBLISH).header(1, 60, 3).body(1, 3);

        // then
        assertThat(client.readMethod()).isEqualTo(new ConnectionMethod.Blocked("low on memory"));
        await().until(() -> registry.connections().get(0).state().equals("blocked"));
        registry.lowOnMemory(false);
        var heard = new ArrayList<Method>(List.of(client.readMethod(), client.readMethod()));
        assertThat(heard).containsExactlyInAnyOrder(new ConnectionMethod.Unblocked(), new BasicMethod.Ack(1, true));
        await().until(() -> registry.connections().get(0).state().equals("running"));
    }

    @Test
    void tellsOfNoAlarmWhoDoesNotUnderstandIt() throws IOException {
        // given
        client.openChannel();
        registry.lowOnMemory(true);

        // when
        client.method(1, PUBLISH).header(1, 60, 3).body(1, 3);
        await().until(() -> registry.connections().get(0).state().equals("blocked"));
        registry.lowOnMemory(false);

        // then
        assertThat(client.readMethod()).isEqualTo(new BasicMethod.Ack(1, true));
    }

    @Test
    void turnsSocketsAwayThatAreFarPastTheLimit() throws IOException {
        // given: two connections, and as many more as are let in to be told
        client.open(0, 0);
        var sockets = new ArrayList<RawClient>();
        try {
            for (int i = 1; i < 102; i++) {
                sockets.add(new RawClient(server.port()));
            }
            await().until(() -> registry.connections().size() == 102);

            // when
            var turnedAway = new RawClient(server.port());
            sockets.add(turnedAway);

            // then
            assertThat(turnedAway.readRest()).isEmpty();
            client.method(1, new ChannelMethod.Open());
            assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
        } finally {
            for (RawClient socket : sockets) {
                socket.close();
            }
        }
        await().until(() -> registry.connections().size() == 1);
    }

    /** As RabbitMQ for its own users: their secrets do not expire, so a new one has nothing to renew. */
    @ParameterizedTest
    @ValueSource(strings = {"guest", "other"})
    void takesWhateverSecretAClientUpdates(String updated) throws IOException {
        // given
        client.open(0, 0);

        // when
        client.method(0, new ConnectionMethod.UpdateSecret(secret(updated), "rotation"));

        // then
        assertThat(client.readMethod()).isInstanceOf(ConnectionMethod.UpdateSecretOk.class);
        client.method(1, new ChannelMethod.Open());
        assertThat(client.readMethod()).isInstanceOf(ChannelMethod.OpenOk.class);
    }

    private void publish(int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                client.method(1, PUBLISH).header(1, 60, 100_000).body(1, 100_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void resume() {
        ConnectionPort connection = Objects.requireNonNull(vhosts.lastConnection);
        connection.eventLoop().execute(() -> connection.resumeReading("test"));
    }

    private static Slice secret(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static QueueMethod.Declare declare(String queue) {
        return new QueueMethod.Declare(queue, false, false, false, false, false, FieldTable.EMPTY);
    }
}
