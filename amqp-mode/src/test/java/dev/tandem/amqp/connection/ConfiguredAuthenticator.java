package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the one user that the settings name, for tests of connections without a catalog. */
public final class ConfiguredAuthenticator implements Authenticator {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConfiguredAuthenticator.class);

    private final AmqpConfig config;

    public ConfiguredAuthenticator(AmqpConfig config) {
        this.config = config;
    }

    @Override
    public Optional<User> authenticate(Credentials credentials, InetAddress peer) {
        String user = config.defaultUser();
        boolean known = same(credentials.user(), user);
        if (!(same(credentials.password(), config.defaultPass()) & known)) {
            LOGGER.warn("{}: login refused, unknown user or wrong password", peer.getHostAddress());
            return Optional.empty();
        }
        if (config.loopbackUsers().contains(user) && !peer.isLoopbackAddress()) {
            LOGGER.warn(
                    "{}: login refused, user '{}' can only connect via localhost (amqp.loopback-users)",
                    peer.getHostAddress(),
                    user);
            return Optional.empty();
        }
        return Optional.of(new User(user, List.of("administrator")));
    }

    /** Takes the same time wherever the difference is. */
    private static boolean same(String claimed, String actual) {
        return MessageDigest.isEqual(claimed.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
    }
}
