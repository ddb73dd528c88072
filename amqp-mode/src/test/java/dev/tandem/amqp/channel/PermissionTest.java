package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tandem.amqp.testsupport.BrokerTest;
import dev.tandem.amqp.testsupport.Errors.Action;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which operation asks for which permission, and what a client without it is told (RabbitMQ, "Access Control"). */
class PermissionTest extends BrokerTest {
    private Connection limited;

    @Override
    @BeforeEach
    protected void start() throws Exception {
        super.start();
        channel.queueDeclare("q", true, false, false, null);
        channel.exchangeDeclare("x", "direct", true);
        channel.exchangeDeclare("y", "direct", true);
        broker.addUser("u");
        may("", "", "");
        limited = broker.connect("u", "u", "/");
        channel = limited.createChannel();
    }

    private void may(String configure, String write, String read) {
        broker.permit("u", "/", configure, write, read);
    }

    /** The action is refused with these words; then, with these permissions, it is not. */
    private void assertNeeds(String access, String resource, String configure, String write, String read, Action action)
            throws Exception {
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - " + access + " access to " + resource + " in vhost '/' refused for user 'u'",
                action);
        channel = limited.createChannel();
        may(configure, write, read);
        action.run();
        assertThat(channel.isOpen()).isTrue();
        may("", "", "");
    }

    @Test
    void makingAndDeletingNeedsConfigure() throws Exception {
        assertNeeds("configure", "queue 'q'", "^q$", "", "", () -> channel.queueDeclare("q", true, false, false, null));
        assertNeeds("configure", "exchange 'x'", "^x$", "", "", () -> channel.exchangeDeclare("x", "direct", true));
        assertNeeds("configure", "queue 'q'", "^q$", "", "", () -> channel.queueDelete("q"));
        assertNeeds("configure", "queue 'none'", "^none$", "", "", () -> channel.queueDelete("none"));
        assertNeeds("configure", "exchange 'x'", "^x$", "", "", () -> channel.exchangeDelete("x"));
    }

    @Test
    void namesMadeByTheServerNeedConfigureToo() throws Exception {
        // given
        may("^amq\\.gen", "", "");

        // when // then
        assertThat(channel.queueDeclare().getQueue()).startsWith("amq.gen-");
    }

    @Test
    void bindingNeedsWriteAtItsDestinationAndReadAtItsSource() throws Exception {
        may("", "^q$", "");
        assertNeeds("read", "exchange 'x'", "", "^q$", "^x$", () -> channel.queueBind("q", "x", "k"));
        assertNeeds("write", "queue 'q'", "", "^q$", "^x$", () -> channel.queueUnbind("q", "x", "k"));
        assertNeeds("write", "exchange 'y'", "", "^y$", "^x$", () -> channel.exchangeBind("y", "x", "k"));
        may("", "^y$", "");
        assertNeeds("read", "exchange 'x'", "", "^y$", "^x$", () -> channel.exchangeUnbind("y", "x", "k"));
    }

    @Test
    void readingAQueueNeedsRead() throws Exception {
        assertNeeds("read", "queue 'q'", "", "", "^q$", () -> channel.basicGet("q", true));
        assertNeeds("read", "queue 'q'", "", "", "^q$", () -> channel.queuePurge("q"));
        assertNeeds(
                "read",
                "queue 'q'",
                "",
                "",
                "^q$",
                () -> channel.basicConsume("q", true, new DefaultConsumer(channel)));
        assertNeeds("read", "queue 'q'", "", "", "^q$", () -> channel.queuePurge("q"));
    }

    @Test
    void publishingNeedsWriteAtTheExchange() throws Exception {
        assertNeeds("write", "exchange 'x'", "", "^x$", "", () -> publishConfirmed("x"));
        assertNeeds("write", "exchange 'amq.default'", "", "^amq\\.default$", "", () -> publishConfirmed(""));
        // Before anything is said of what there is.
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - write access to exchange 'none' in vhost '/' refused for user 'u'",
                () -> publishConfirmed("none"));
    }

    private void publishConfirmed(String exchange) throws Exception {
        channel.confirmSelect();
        channel.basicPublish(exchange, "q", null, bytes("m"));
        channel.waitForConfirms(60_000);
    }

    @Test
    void passiveDeclarationsNeedNothing() throws Exception {
        // when // then
        assertThat(channel.queueDeclarePassive("q").getQueue()).isEqualTo("q");
        channel.exchangeDeclarePassive("x");
    }

    @Test
    void aQueueWithDeadLettersNeedsReadThereAndWriteAtTheirExchange() throws Exception {
        // given
        Map<String, Object> arguments = Map.of("x-dead-letter-exchange", "y");
        may("^dead$", "^y$", "");

        // when // then
        assertNeeds(
                "read",
                "queue 'dead'",
                "^dead$",
                "^y$",
                "^dead$",
                () -> channel.queueDeclare("dead", true, false, false, arguments));
        may("^dead", "", "^dead");
        channel.queueDeclare("dead", true, false, false, arguments); // it is there
        assertNeeds(
                "write",
                "exchange 'y'",
                "^dead2$",
                "^y$",
                "^dead2$",
                () -> channel.queueDeclare("dead2", true, false, false, arguments));
    }

    @Test
    void anExchangeWithAnAlternateNeedsReadThereAndWriteAtThatOne() throws Exception {
        // given
        Map<String, Object> arguments = Map.of("alternate-exchange", "y");
        may("^new$", "^y$", "");

        // when // then
        assertNeeds(
                "read",
                "exchange 'new'",
                "^new$",
                "^y$",
                "^new$",
                () -> channel.exchangeDeclare("new", "direct", true, false, arguments));
        may("^new", "", "^new");
        channel.exchangeDeclare("new", "direct", true, false, arguments); // it is there
        assertNeeds(
                "write",
                "exchange 'y'",
                "^new2$",
                "^y$",
                "^new2$",
                () -> channel.exchangeDeclare("new2", "direct", true, false, arguments));
    }

    @Test
    void takesAPermissionAwayFromAPublisherInMidStream() throws Exception {
        // given
        may("", "^x$", "");
        channel.confirmSelect();
        for (int i = 0; i < 100; i++) {
            channel.basicPublish("x", "k", null, bytes("m"));
        }
        assertThat(channel.waitForConfirms(60_000)).isTrue();

        // when
        may("", "", "");

        // then
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user 'u'",
                () -> publishConfirmed("x"));
    }

    @Test
    void refusesTransactionsWhatTheirUserMayNotWrite() throws Exception {
        // given
        channel.txSelect();

        // when // then
        assertClosesChannel(
                channel, 403, "ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user 'u'", () -> {
                    channel.basicPublish("x", "k", null, bytes("m"));
                    channel.txCommit();
                });
    }

    @Test
    void closesTheConnectionsOfAUserThatIsDeleted() throws Exception {
        // when
        assertThat(broker.admin().access().deleteUser("u").join()).isTrue();

        // then
        assertClosed(limited, "CONNECTION_FORCED - user 'u' is deleted");
        assertThat(connection.isOpen()).isTrue();
        assertThat(broker.admin().access().deleteUser("u").join()).isFalse();
        assertThat(broker.admin().access().permissions()).extracting("user").containsExactly("guest");
        assertThatThrownBy(() -> broker.connect("u", "u", "/")).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotInheritPermissionsFromADeletedUserOfTheSameName() throws Exception {
        // given
        broker.admin().access().deleteUser("u").join();

        // when
        broker.addUser("u");

        // then
        assertThatThrownBy(() -> broker.connect("u", "u", "/"))
                .hasStackTraceContaining("NOT_ALLOWED - access to vhost '/' refused for user 'u'");
    }

    private static void assertClosed(Connection connection, String text) {
        org.awaitility.Awaitility.await().until(() -> !connection.isOpen());
        ShutdownSignalException reason = connection.getCloseReason();
        assertThat(reason.getReason()).isInstanceOfSatisfying(AMQP.Connection.Close.class, close -> {
            assertThat(close.getReplyText()).isEqualTo(text);
            assertThat(close.getReplyCode()).isEqualTo(320);
        });
    }
}
