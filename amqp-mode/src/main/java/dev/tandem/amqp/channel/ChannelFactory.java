package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ChannelPort;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.VhostPort;
import dev.tandem.amqp.vhost.VhostConnections;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.vhost.VirtualHosts;
import java.util.concurrent.CompletionStage;

/** Opens channels on virtual hosts. */
public final class ChannelFactory implements VhostPort {
    private final VirtualHosts vhosts;
    private final VhostConnections connections;
    private final ChannelContext context;

    public ChannelFactory(VirtualHosts vhosts, ChannelContext context) {
        this.vhosts = vhosts;
        this.connections = vhosts.connections();
        this.context = context;
    }

    @Override
    public void enter(ConnectionPort connection, String name) {
        VirtualHost vhost = vhosts.find(name).orElseThrow(() -> notFound(name));
        connections.add(connection, vhost);
        try {
            // Whoever deletes the virtual host takes it off the list first, then closes its connections; whoever
            // deletes
            // the user, likewise.
            if (vhosts.find(name).orElse(null) != vhost) {
                throw notFound(name);
            }
            context.access().requireEntry(connection.user().name(), name);
        } catch (AmqpException e) {
            connections.turnAway(connection);
            throw e;
        }
    }

    @Override
    public ChannelPort openChannel(ConnectionPort connection, int channel) {
        return new Channel(connection, channel, connections.vhostOf(connection), context);
    }

    @Override
    public CompletionStage<Void> connectionClosed(ConnectionPort connection) {
        return connections.leave(connection);
    }

    private static AmqpException notFound(String vhost) {
        return new AmqpException(ReplyCode.NOT_ALLOWED, "vhost " + vhost + " not found");
    }
}
