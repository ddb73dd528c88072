package dev.tandem.it.amqp;

import static dev.tandem.it.fixture.AmqpFixture.closedBy;
import static dev.tandem.it.fixture.AmqpFixture.closureOf;
import static dev.tandem.it.fixture.AmqpFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.ManagementClient;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Virtual hosts, users and permissions, made over HTTP and used over AMQP. */
class AccessIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();
    private final ManagementClient management = BROKER.management();

    @Test
    void keepsQueuesOfTheSameNameInTwoVhostsApart() throws Exception {
        // given
        String shop = Names.unique("shop");
        String queue = Names.unique("q");
        management.putVhost(shop);

        try (var here = connect(amqp, "guest", "guest", "/");
                var there = connect(amqp, "guest", "guest", shop)) {
            Channel one = here.createChannel();
            Channel other = there.createChannel();
            one.queueDeclare(queue, true, false, false, null);
            other.queueDeclare(queue, true, false, false, null);

            // when
            AmqpFixture.publish(one, queue, "here");
            AmqpFixture.publish(other, queue, "there");

            // then
            assertThat(text(one.basicGet(queue, true).getBody())).isEqualTo("here");
            assertThat(one.basicGet(queue, true)).isNull();
            assertThat(text(other.basicGet(queue, true).getBody())).isEqualTo("there");
            assertThat(other.basicGet(queue, true)).isNull();
        }
    }

    @Test
    void letsAUserDoWhatItMayAndNoMore() throws Exception {
        // given
        String user = Names.unique("app");
        management.putUser(user, "s3cret", "");
        management.permit(user, "/", "^" + user, "^(" + user + "|amq\\\\.default$)", "^" + user);

        try (var connection = connect(amqp, user, "s3cret", "/")) {
            Channel channel = connection.createChannel();
            channel.queueDeclare(user + "-q", true, false, false, null);
            AmqpFixture.publish(channel, user + "-q", "m");
            assertThat(text(channel.basicGet(user + "-q", true).getBody())).isEqualTo("m");

            // when
            Closed closed = closedBy(() -> channel.queueDeclare("orders", true, false, false, null));

            // then
            assertThat(closed)
                    .isEqualTo(Closed.channel(
                            403,
                            "ACCESS_REFUSED - configure access to queue 'orders' in vhost '/' refused for user '" + user
                                    + "'"));

            // when
            Channel publisher = connection.createChannel();
            publisher.basicPublish("amq.topic", "k", null, new byte[0]);

            // then
            assertThat(closureOf(publisher))
                    .isEqualTo(Closed.channel(
                            403,
                            "ACCESS_REFUSED - write access to exchange 'amq.topic' in vhost '/' refused for user '"
                                    + user + "'"));
        }
    }

    @Test
    void takesAnotherPasswordAndNoLongerTheFirst() throws Exception {
        // given
        String user = Names.unique("ann");
        management.putUser(user, "first", "");
        management.permit(user, "/", ".*", ".*", ".*");

        // when
        management.putUser(user, "second", "");

        // then
        connect(amqp, user, "second", "/").close();
        assertThatThrownBy(() -> connect(amqp, user, "first", "/"))
                .isInstanceOfAny(AuthenticationFailureException.class, PossibleAuthenticationFailureException.class);
        assertThat(management.get("/users/" + user)).doesNotContain("second");
    }

    @Test
    void closesConnectionsWithTheVhostAndTheUserThatAreDeleted() throws Exception {
        // given
        String shop = Names.unique("shop");
        String user = Names.unique("app");
        management.putVhost(shop);
        management.putUser(user, "s3cret", "");
        management.permit(user, shop, ".*", ".*", ".*");
        management.permit(user, "/", ".*", ".*", ".*");
        Channel inShop = connect(amqp, "guest", "guest", shop).createChannel();
        Channel ofUser = connect(amqp, user, "s3cret", "/").createChannel();

        // when
        management.deleteVhost(shop);
        management.deleteUser(user);

        // then
        assertThat(closureOf(inShop))
                .isEqualTo(Closed.connection(320, "CONNECTION_FORCED - vhost '" + shop + "' is deleted"));
        assertThat(closureOf(ofUser))
                .isEqualTo(Closed.connection(320, "CONNECTION_FORCED - user '" + user + "' is deleted"));
        assertThat(closedBy(() -> connect(amqp, "guest", "guest", shop)))
                .isEqualTo(Closed.connection(530, "NOT_ALLOWED - vhost " + shop + " not found"));
    }

    @Test
    void isAllThereAfterAKill(@TempDir Path dataDir) throws Exception {
        // given
        List<String> settings = List.of(
                "amqp.vhosts=configured",
                "amqp.users=[{\"name\":\"guest\",\"password\":\"guest\",\"tags\":[\"administrator\"]}]",
                "amqp.permissions=[{\"user\":\"guest\",\"vhost\":\"configured\",\"configure\":\"\",\"write\":\"\","
                        + "\"read\":\"\"}]");
        try (var broker = BrokerProcess.start(dataDir, "256m", settings)) {
            ManagementClient made = broker.management();
            made.putVhost("shop");
            made.putVhost("gone");
            made.putUser("app", "s3cret", "monitoring");
            made.permit("app", "shop", "", "^amq\\\\.default$", "^q$");
            made.putUser("bob", "s3cret", "");
            fill(new AmqpFixture(broker.amqpUri()), "shop");
            fill(new AmqpFixture(broker.amqpUri()), "gone");
            made.deleteVhost("gone");
            made.deleteUser("bob");

            // when
            broker.kill();
            broker.start();

            // then
            var after = new AmqpFixture(broker.amqpUri());
            try (var connection = connect(after, "app", "s3cret", "shop")) {
                Channel channel = connection.createChannel();
                assertThat(text(channel.basicGet("q", true).getBody())).isEqualTo("m");
                assertThat(closedBy(() -> channel.queueDelete("q")).text()).startsWith("ACCESS_REFUSED - configure");
            }
            assertThat(closedBy(() -> connect(after, "guest", "guest", "gone")).text())
                    .isEqualTo("NOT_ALLOWED - vhost gone not found");
            assertThat(made.get("/users")).contains("\"app\"").doesNotContain("bob");
            made.putVhost("gone");
            try (var connection = connect(after, "guest", "guest", "gone")) {
                Channel channel = connection.createChannel();
                assertThat(closedBy(() -> channel.queueDeclarePassive("q")).code())
                        .isEqualTo(404);
            }
            connect(after, "guest", "guest", "configured").close();
        }
    }

    private static void fill(AmqpFixture amqp, String vhost) throws Exception {
        try (var connection = connect(amqp, "guest", "guest", vhost)) {
            Channel channel = connection.createChannel();
            channel.queueDeclare("q", true, false, false, null);
            channel.queueBind("q", "amq.fanout", "");
            AmqpFixture.publish(channel, "q", "m");
        }
    }

    private static Connection connect(AmqpFixture amqp, String user, String password, String vhost) throws Exception {
        var factory = amqp.factory();
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(vhost);
        return factory.newConnection();
    }
}
