package dev.tandem.amqp.connection;

import dev.tandem.amqp.admin.AmqpAdmin;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The open connections as the admin side sees them. Safe for use from any thread. */
public interface ConnectionList {

    /** Oldest first. */
    List<AmqpAdmin.ConnectionView> connections();

    /** Closes a connection with {@code 320 CONNECTION_FORCED - reason}; false when there is none of that name. */
    CompletableFuture<Boolean> close(String name, String reason);

    /** Connections accepted since start. */
    long connectionsOpened();

    /** Connections ended since start. */
    long connectionsClosed();

    /** Channels opened since start. */
    long channelsOpened();

    /** Channels closed since start. */
    long channelsClosed();
}
