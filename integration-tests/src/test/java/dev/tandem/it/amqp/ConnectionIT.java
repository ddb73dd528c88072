package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AuthenticationFailureException;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();

    @Test
    void introducesItselfAsRabbitMqWithItsCapabilities() throws Exception {
        // when
        try (var connection = amqp.connect()) {
            var properties = connection.getServerProperties();

            // then
            assertThat(properties.get("product")).hasToString("RabbitMQ");
            assertThat(properties.get("version").toString()).startsWith("4.");
            assertThat(properties.get("capabilities"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsAllEntriesOf(Map.of(
                            "publisher_confirms", true,
                            "basic.nack", true,
                            "consumer_cancel_notify", true,
                            "authentication_failure_close", true));
        }
    }

    @Test
    void refusesAWrongPassword() {
        // given
        var factory = amqp.factory();
        factory.setPassword("wrong");

        // when, then
        assertThatThrownBy(factory::newConnection)
                .isInstanceOf(AuthenticationFailureException.class)
                .hasMessageContaining("ACCESS_REFUSED");
    }

    @Test
    void refusesAVhostThatDoesNotExist() {
        // given
        var factory = amqp.factory();
        factory.setVirtualHost("elsewhere");

        // when
        Closed closed = AmqpFixture.closedBy(factory::newConnection);

        // then
        assertThat(closed.code()).isEqualTo(530);
        assertThat(closed.text()).contains("vhost elsewhere not found");
    }

    @Test
    void agreesOnFrameSizeChannelsAndHeartbeatOfTheClient() throws Exception {
        // given
        var factory = amqp.factory();
        factory.setRequestedFrameMax(16_384);
        factory.setRequestedChannelMax(7);
        factory.setRequestedHeartbeat(5);

        // when
        try (var connection = factory.newConnection()) {

            // then
            assertThat(connection.getFrameMax()).isEqualTo(16_384);
            assertThat(connection.getChannelMax()).isEqualTo(7);
            assertThat(connection.getHeartbeat()).isEqualTo(5);
        }
    }

    @Test
    void servesManyChannelsSideBySide() throws Exception {
        // given
        try (var connection = amqp.connect()) {
            for (int i = 1; i <= 50; i++) {

                // when
                var channel = connection.createChannel();
                String queue = channel.queueDeclare().getQueue();
                AmqpFixture.publish(channel, queue, "on " + i);

                // then
                assertThat(channel.getChannelNumber()).isEqualTo(i);
                assertThat(AmqpFixture.text(
                                AmqpFixture.get(channel, queue, true).getBody()))
                        .isEqualTo("on " + i);
            }
        }
    }

    @Test
    void answersHeartbeatsOfASilentClient() throws Exception {
        // given
        var factory = amqp.factory();
        factory.setRequestedHeartbeat(1);

        // when
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            String queue = channel.queueDeclare(Names.unique("quiet"), false, true, false, null)
                    .getQueue();
            // The client gives up on a server that is silent for two heartbeats.
            var closed = new CountDownLatch(1);
            connection.addShutdownListener(cause -> closed.countDown());

            // then
            assertThat(closed.await(4, TimeUnit.SECONDS)).isFalse();
            assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isZero();
        }
    }
}
