package dev.tandem.amqp.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Objects;

/** What a client is told when it asks for something wrong. */
public final class Errors {
    private Errors() {}

    /** Something a client does. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** The action closes the channel, and it alone, with this code and text. */
    public static void assertClosesChannel(Channel channel, int code, String text, Action action) {
        assertThat(reason(channel, action)).isInstanceOfSatisfying(AMQP.Channel.Close.class, close -> {
            assertThat(close.getReplyText()).isEqualTo(text);
            assertThat(close.getReplyCode()).isEqualTo(code);
        });
        assertThat(channel.getConnection().isOpen()).isTrue();
    }

    /** The action closes the connection with this code and text. */
    public static void assertClosesConnection(Channel channel, int code, String text, Action action) {
        assertThat(reason(channel, action)).isInstanceOfSatisfying(AMQP.Connection.Close.class, close -> {
            assertThat(close.getReplyText()).isEqualTo(text);
            assertThat(close.getReplyCode()).isEqualTo(code);
        });
    }

    private static Method reason(Channel channel, Action action) {
        try {
            action.run();
        } catch (IOException | ShutdownSignalException expected) {
            // the reason is the channel's to tell
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        await().until(() -> !channel.isOpen());
        return Objects.requireNonNull(channel.getCloseReason().getReason());
    }
}
