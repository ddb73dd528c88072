package dev.tandem.amqp.connection;

import java.util.concurrent.CompletionStage;

/** What connections call on the virtual hosts. */
public interface VhostPort {

    /**
     * Lets a connection, whose user is known, into a virtual host; called on the connection's event loop. From then on the
     * virtual host may close it.
     *
     * @throws AmqpException when there is no such virtual host, or the user has no business there
     */
    void enter(ConnectionPort connection, String vhost);

    /** Makes a channel; called on the connection's event loop. */
    ChannelPort openChannel(ConnectionPort connection, int channel);

    /**
     * The connection is over and its channels were closed; called once, on its event loop, for every connection that
     * has entered a virtual host. Its exclusive queues are gone when the stage completes (on any thread), and only then
     * does the client hear {@code connection.close-ok}.
     */
    CompletionStage<Void> connectionClosed(ConnectionPort connection);
}
