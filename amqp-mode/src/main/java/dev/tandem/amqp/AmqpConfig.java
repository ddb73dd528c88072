package dev.tandem.amqp;

import java.time.Duration;
import java.util.List;

/**
 * Settings of AMQP mode; keys are {@code amqp.} followed by the component's name in kebab case.
 *
 * @param port 0 for any free port
 * @param channelMax most channels a connection may open
 * @param frameMax largest frame, proposed to clients, who may ask for less, down to 4096
 * @param heartbeat proposed to clients; zero switches heartbeats off
 * @param maxMessageSizeBytes largest body
 * @param handshakeTimeout how long a client may take until its virtual host is open
 * @param consumerTimeout how long a delivery may stay unacknowledged; zero for ever
 * @param maxConnections further ones are refused
 * @param maxChannels most open channels of all connections; further ones are refused
 * @param defaultUser the user that a broker without users begins with
 * @param loopbackUsers users who may connect from this machine only
 * @param vhosts virtual hosts that every start makes where they are missing
 * @param users users that every start sets
 * @param permissions permissions that every start sets
 */
public record AmqpConfig(
        int port,
        int channelMax,
        int frameMax,
        Duration heartbeat,
        int maxMessageSizeBytes,
        Duration handshakeTimeout,
        Duration consumerTimeout,
        int maxConnections,
        int maxChannels,
        String defaultUser,
        String defaultPass,
        List<String> loopbackUsers,
        List<String> vhosts,
        List<UserSetting> users,
        List<PermissionSetting> permissions) {
    public static final int MIN_FRAME_MAX = 4096;

    public AmqpConfig {
        loopbackUsers = List.copyOf(loopbackUsers);
        vhosts = List.copyOf(vhosts);
        users = List.copyOf(users);
        permissions = List.copyOf(permissions);
        require(port >= 0 && port <= 65535, "amqp.port must be 0 to 65535, not " + port);
        require(channelMax >= 1 && channelMax <= 65535, "amqp.channel-max must be 1 to 65535, not " + channelMax);
        require(
                frameMax >= MIN_FRAME_MAX && frameMax <= 16 << 20,
                "amqp.frame-max must be 4096 to 16777216 bytes, not " + frameMax);
        require(
                !heartbeat.isNegative() && heartbeat.toSeconds() <= 65535,
                "amqp.heartbeat must be 0 to 65535 seconds, not " + heartbeat);
        require(
                maxMessageSizeBytes >= 1 && maxMessageSizeBytes <= 512 << 20,
                "amqp.max-message-size-bytes must be 1 to 536870912, not " + maxMessageSizeBytes);
        require(
                !handshakeTimeout.isNegative() && !handshakeTimeout.isZero(),
                "amqp.handshake-timeout must be positive, not " + handshakeTimeout);
        require(!consumerTimeout.isNegative(), "amqp.consumer-timeout must be 0 or more, not " + consumerTimeout);
        require(!defaultUser.isBlank(), "amqp.default-user must not be empty");
        require(!defaultPass.isEmpty(), "amqp.default-pass must not be empty");
        require(maxConnections >= 1, "amqp.max-connections must be positive, not " + maxConnections);
        require(maxChannels >= 1, "amqp.max-channels must be positive, not " + maxChannels);
        AccessSettings.check(vhosts, users, permissions);
    }

    /** What RabbitMQ uses, which has no limit of connections and channels. */
    public static AmqpConfig defaults() {
        return new AmqpConfig(
                5672,
                2047,
                131_072,
                Duration.ofSeconds(60),
                16 << 20,
                Duration.ofSeconds(10),
                Duration.ofMinutes(30),
                65_536,
                131_072,
                "guest",
                "guest",
                List.of("guest"),
                List.of(),
                List.of(),
                List.of());
    }

    /** These settings on another port. */
    public AmqpConfig withPort(int otherPort) {
        return new AmqpConfig(
                otherPort,
                channelMax,
                frameMax,
                heartbeat,
                maxMessageSizeBytes,
                handshakeTimeout,
                consumerTimeout,
                maxConnections,
                maxChannels,
                defaultUser,
                defaultPass,
                loopbackUsers,
                vhosts,
                users,
                permissions);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
