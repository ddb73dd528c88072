package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQConnection;
import dev.tandem.amqp.connection.ConfiguredAuthenticator;
import dev.tandem.amqp.connection.ConnectionRegistry;
import dev.tandem.amqp.testsupport.EchoVhosts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connection layer as the RabbitMQ Java client meets it. */
@Timeout(30)
class AmqpServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final EchoVhosts vhosts = new EchoVhosts();
    private final AmqpConfig config = AmqpConfig.defaults().withPort(0);
    private final ConnectionRegistry registry = new ConnectionRegistry(config, Clock.systemUTC());
    private AmqpServer server;

    @BeforeEach
    void start() {
        server = new AmqpServer(
                vertx, config, List.of("127.0.0.1"), 2, registry, new ConfiguredAuthenticator(config), vhosts);
        server.start().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void stop() {
        server.stop().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void advertisesRabbitMqAndItsCapabilities() throws Exception {
        // when
        try (Connection connection = factory().newConnection()) {
            // then
            Map<String, Object> properties = connection.getServerProperties();
            assertThat(properties.get("product")).hasToString("RabbitMQ");
            assertThat(properties.get("version")).hasToString("4.2.0");
            assertThat(properties.get("platform").toString()).startsWith("Tandem ");
            assertThat(properties.get("capabilities"))
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("publisher_confirms", true)
                    .containsEntry("basic.nack", true)
                    .containsEntry("connection.blocked", true);
        }
    }

    @Test
    void tunesToWhatTheClientLowers() throws Exception {
        // given
        var factory = factory();
        factory.setRequestedChannelMax(2);
        factory.setRequestedFrameMax(4096);
        factory.setRequestedHeartbeat(7);

        // when
        try (Connection connection = factory.newConnection()) {
            // then
            assertThat(connection.getChannelMax()).isEqualTo(2);
            assertThat(connection.getFrameMax()).isEqualTo(4096);
            assertThat(connection.getHeartbeat()).isEqualTo(7);
        }
    }

    @Test
    void refusesAWrongPasswordInSoManyWords() {
        // given
        var factory = factory();
        factory.setPassword("wrong");

        // when // then
        assertThatThrownBy(factory::newConnection)
                .isInstanceOf(AuthenticationFailureException.class)
                .hasMessageContaining("ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."
                        + " For details see the broker logfile.");
    }

    @Test
    void refusesAnUnknownVhost() {
        // given
        var factory = factory();
        factory.setVirtualHost("elsewhere");

        // when // then
        assertThatThrownBy(factory::newConnection)
                .isInstanceOf(IOException.class)
                .cause()
                .hasMessageContaining("reply-code=530")
                .hasMessageContaining("NOT_ALLOWED - vhost elsewhere not found");
    }

    @Test
    void echoesBodiesOfEverySizeAroundAFrame() throws Exception {
        // given
        var factory = factory();
        factory.setRequestedFrameMax(4096);
        var arrived = new LinkedBlockingQueue<byte[]>();
        try (Connection connection = factory.newConnection()) {
            var channel = connection.createChannel();
            channel.basicConsume("q", true, (tag, message) -> arrived.add(message.getBody()), tag -> {});
            var random = new Random(7);

            for (int size : new int[] {0, 1, 4087, 4088, 4089, 8176, 8177, 100_000, 2_000_000}) {
                // when
                byte[] body = new byte[size];
                random.nextBytes(body);
                channel.basicPublish("", "q", null, body);

                // then
                assertThat(arrived.poll(60, TimeUnit.SECONDS)).isEqualTo(body);
            }
        }
    }

    @Test
    void keepsPropertiesAndNamesOfAMessage() throws Exception {
        // given
        var arrived = new CompletableFuture<com.rabbitmq.client.Delivery>();
        try (Connection connection = factory().newConnection()) {
            var channel = connection.createChannel();
            channel.basicConsume("q", true, (tag, message) -> arrived.complete(message), tag -> {});
            var properties = new AMQP.BasicProperties.Builder()
                    .contentType("text/plain")
                    .headers(Map.of("a", 1, "b", List.of("x", 2L), "c", Map.of("d", true)))
                    .deliveryMode(2)
                    .priority(9)
                    .correlationId("c")
                    .expiration("60000")
                    .build();

            // when
            channel.basicPublish("an exchange", "a key", properties, new byte[] {1});

            // then
            var message = arrived.get(60, TimeUnit.SECONDS);
            assertThat(message.getEnvelope().getExchange()).isEqualTo("an exchange");
            assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("a key");
            assertThat(message.getProperties().getContentType()).isEqualTo("text/plain");
            assertThat(message.getProperties().getPriority()).isEqualTo(9);
            assertThat(message.getProperties().getExpiration()).isEqualTo("60000");
            assertThat(message.getProperties().getHeaders())
                    .containsEntry("a", 1)
                    .containsKeys("b", "c");
        }
    }

    @Test
    void confirmsAThousandPublishesThatArriveTogether() throws Exception {
        try (Connection connection = factory().newConnection()) {
            // given
            var channel = connection.createChannel();
            channel.confirmSelect();

            // when
            for (int i = 0; i < 1000; i++) {
                channel.basicPublish("", "q" + i % 20, null, "x".getBytes(StandardCharsets.UTF_8));
            }

            // then
            assertThat(channel.waitForConfirms(10_000)).isTrue();
        }
    }

    @Test
    void closesAChannelOnASoftErrorAndServesTheNext() throws Exception {
        try (Connection connection = factory().newConnection()) {
            // given
            var channel = connection.createChannel();

            // when
            assertThatThrownBy(() -> channel.queueDeclare("missing", false, false, false, null))
                    .cause()
                    .isInstanceOfSatisfying(
                            ShutdownSignalException.class, signal -> assertThat((AMQP.Channel.Close) signal.getReason())
                                    .satisfies(close -> {
                                        assertThat(close.getReplyCode()).isEqualTo(404);
                                        assertThat(close.getReplyText())
                                                .isEqualTo("NOT_FOUND - no queue 'missing' in vhost '/'");
                                        assertThat(close.getClassId()).isEqualTo(50);
                                        assertThat(close.getMethodId()).isEqualTo(10);
                                    }));

            // then
            assertThat(connection
                            .createChannel()
                            .queueDeclare("q", false, false, false, null)
                            .getQueue())
                    .isEqualTo("q");
            assertThat(vhosts.events).contains("closed 1");
        }
    }

    @Test
    void closesTheConnectionWhenAHandlerBreaks() throws Exception {
        // given
        Connection connection = factory().newConnection();
        var channel = connection.createChannel();

        // when
        assertThatThrownBy(() -> channel.queueDeclare("crash", false, false, false, null))
                .cause()
                .hasMessageContaining("reply-code=541");

        // then
        await().until(() -> !connection.isOpen());
        assertThat(vhosts.events).contains("connection closed");
    }

    @Test
    void confirmsCloseOnlyWhenTheVhostHasCleanedUp() throws Exception {
        // given
        var leaving = new CompletableFuture<Void>();
        vhosts.leaving = leaving;
        Connection connection = factory().newConnection();
        connection.createChannel();

        // when
        var closing = CompletableFuture.runAsync(() -> {
            try {
                connection.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        await().until(() -> vhosts.events.contains("connection closed"));

        // then
        assertThat(vhosts.events).containsSubsequence("closed 1", "connection closed");
        assertThat(closing).isNotDone();
        leaving.complete(null);
        closing.get(60, TimeUnit.SECONDS);
        await().until(() -> registry.connections().isEmpty());
    }

    @Test
    void showsConnectionsToTheAdminSideAndClosesThemByName() throws Exception {
        // given
        Connection connection = factory().newConnection("billing");
        connection.createChannel();
        var view = registry.connections().get(0);

        // when
        assertThat(registry.close(view.name(), "because"))
                .succeedsWithin(60, TimeUnit.SECONDS)
                .isEqualTo(true);

        // then
        assertThat(view.user()).isEqualTo("guest");
        assertThat(view.userProvidedName()).isEqualTo("billing");
        assertThat(view.client()).startsWith("RabbitMQ ");
        assertThat(view.channels()).isEqualTo(1);
        assertThat(view.state()).isEqualTo("running");
        assertThat(view.name()).matches("127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:" + server.port());
        await().until(() -> !connection.isOpen());
        assertThat(connection.getCloseReason().getMessage()).contains("320").contains("CONNECTION_FORCED - because");
        assertThat(registry.close("nobody", "because"))
                .succeedsWithin(60, TimeUnit.SECONDS)
                .isEqualTo(false);
    }

    @Test
    void tellsClientsWhenItStops() throws Exception {
        // given
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 3; i++) {
            connections.add(factory().newConnection());
        }

        // when
        server.stop().toCompletionStage().toCompletableFuture().join();

        // then
        for (Connection connection : connections) {
            await().until(() -> !connection.isOpen());
            assertThat(connection.getCloseReason().getMessage())
                    .contains("CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'");
        }
        assertThat(registry.connectionsClosed()).isEqualTo(3);
    }

    @Test
    void survivesAClientThatGoesWithoutAWord() throws Exception {
        // given
        var connection = (AMQConnection) factory().newConnection();
        connection.createChannel();

        // when
        connection.abort(320, "gone", 0);

        // then
        await().until(() -> vhosts.events.contains("connection closed"));
        await().until(() -> registry.connections().isEmpty());
    }

    @Test
    void loginTakesAmqplain() throws Exception {
        // given
        var factory = factory();
        factory.setSaslConfig(mechanisms -> new com.rabbitmq.client.SaslMechanism() {
            @Override
            public String getName() {
                return "AMQPLAIN";
            }

            @Override
            public LongString handleChallenge(LongString challenge, String username, String password) {
                var table = dev.tandem.amqp.wire.FieldTable.builder()
                        .put("LOGIN", username)
                        .put("PASSWORD", password)
                        .build();
                return com.rabbitmq.client.impl.LongStringHelper.asLongString(
                        table.bytes().toByteArray());
            }
        });

        // when // then
        try (Connection connection = factory.newConnection()) {
            assertThat(connection.isOpen()).isTrue();
        }
    }

    private ConnectionFactory factory() {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(server.port());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }
}
