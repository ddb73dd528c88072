package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ChannelPort;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.VhostPort;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.vhost.VirtualHosts;
import java.util.concurrent.CompletionStage;

/** Opens channels on virtual hosts. */
public final class ChannelFactory implements VhostPort {
    private final VirtualHosts vhosts;
    private final ChannelContext context;

    public ChannelFactory(VirtualHosts vhosts, ChannelContext context) {
        this.vhosts = vhosts;
        this.context = context;
    }

    @Override
    public boolean vhostExists(String vhost) {
        return vhosts.find(vhost).isPresent();
    }

    @Override
    public ChannelPort openChannel(ConnectionPort connection, int channel) {
        return new Channel(connection, channel, vhost(connection), context);
    }

    @Override
    public CompletionStage<Void> connectionClosed(ConnectionPort connection) {
        return vhost(connection).connectionClosed(connection);
    }

    private VirtualHost vhost(ConnectionPort connection) {
        return vhosts.find(connection.vhost())
                .orElseThrow(
                        () -> new AmqpException(ReplyCode.NOT_ALLOWED, "vhost " + connection.vhost() + " not found"));
    }
}
