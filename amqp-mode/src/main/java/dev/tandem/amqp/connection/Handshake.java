package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.Slice;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Decides the steps of opening a connection (AMQP 0-9-1 §2.2.4): what the server proposes and what it makes of the
 * answers. Sends nothing.
 */
final class Handshake {
    private final AmqpConfig config;
    private final Authenticator authenticator;
    private final VhostPort vhosts;
    private final InetAddress peer;

    Handshake(AmqpConfig config, Authenticator authenticator, VhostPort vhosts, InetAddress peer) {
        this.config = config;
        this.authenticator = authenticator;
        this.vhosts = vhosts;
        this.peer = peer;
    }

    ConnectionMethod.Start start() {
        return new ConnectionMethod.Start(
                0, 9, ServerProperties.table(), longString(SaslMechanism.offered()), longString("en_US"));
    }

    /** Who the client is; empty when it is refused. */
    Optional<Login> login(ConnectionMethod.StartOk answer) {
        var credentials = SaslMechanism.of(answer.mechanism()).credentials(answer.response());
        FieldTable properties = answer.clientProperties();
        return authenticator
                .authenticate(credentials, peer)
                .map(user -> new Login(user, properties, ClientCapabilities.of(properties)));
    }

    /** True when a refused client wants to be told. */
    static boolean hearsRefusal(ConnectionMethod.StartOk answer) {
        return ClientCapabilities.of(answer.clientProperties()).authenticationFailureClose();
    }

    static AmqpException refusal(ConnectionMethod.StartOk answer) {
        return new AmqpException(
                ReplyCode.ACCESS_REFUSED,
                "Login was refused using authentication mechanism " + answer.mechanism()
                        + ". For details see the broker logfile.");
    }

    ConnectionMethod.Tune tune() {
        var proposed = Limits.proposed(config);
        return new ConnectionMethod.Tune(proposed.channelMax(), proposed.frameMax(), proposed.heartbeatSeconds());
    }

    Limits limits(ConnectionMethod.TuneOk answer) {
        return Limits.proposed(config).settle(answer);
    }

    /** Lets a client into the virtual host that it opens. */
    void enter(ConnectionPort connection, ConnectionMethod.Open open, int connections) {
        if (connections > config.maxConnections()) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED,
                    "connection refused: node connection limit (" + config.maxConnections() + ") is reached",
                    open);
        }
        try {
            vhosts.enter(connection, open.virtualHost());
        } catch (AmqpException e) {
            throw new AmqpException(e.code(), e.explanation(), open);
        }
    }

    private static Slice longString(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
