package dev.tandem.amqp.connection;

import java.util.concurrent.CompletionStage;

/** What connections call on the virtual hosts. */
public interface VhostPort {

    /** Any thread. */
    boolean vhostExists(String vhost);

    /** Makes a channel; called on the connection's event loop. */
    ChannelPort openChannel(ConnectionPort connection, int channel);

    /**
     * The connection is over and its channels were closed; called once, on its event loop, for every connection whose
     * virtual host was opened. Its exclusive queues are gone when the stage completes (on any thread), and only then
     * does the client hear {@code connection.close-ok}.
     */
    CompletionStage<Void> connectionClosed(ConnectionPort connection);
}
