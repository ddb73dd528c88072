package dev.tandem.amqp.access;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.Authenticator;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.User;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers who a client is and what it may do, from the catalog as it stands. */
public final class AccessControl implements Authenticator {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessControl.class);

    /** Checked for users that do not exist, so that their refusal takes as long as another. */
    private static final Definition.User NOBODY =
            new Definition.User("", "", HashingAlgorithm.SHA_256.storedName(), java.util.List.of());

    private final Catalog catalog;
    private final Set<String> loopbackUsers;
    private final Map<DefinitionKey, Permissions> compiled = new ConcurrentHashMap<>();
    private final AtomicInteger version = new AtomicInteger();

    /**
     * Access as the catalog defines it.
     *
     * @param loopbackUsers users who may connect from this machine only
     */
    public AccessControl(Catalog catalog, Set<String> loopbackUsers) {
        this.catalog = catalog;
        this.loopbackUsers = Set.copyOf(loopbackUsers);
    }

    @Override
    public Optional<User> authenticate(Credentials credentials, InetAddress peer) {
        Optional<Definition.User> known = find(credentials.user());
        boolean isRight = AccessChanges.hasPassword(known.orElse(NOBODY), credentials.password());
        // A blank password is never right, as in RabbitMQ.
        if (!isRight || known.isEmpty() || credentials.password().isEmpty()) {
            LOGGER.warn("{}: login refused, unknown user or wrong password", peer.getHostAddress());
            return Optional.empty();
        }
        String name = known.get().name();
        if (loopbackUsers.contains(name) && !peer.isLoopbackAddress()) {
            LOGGER.warn(
                    "{}: login refused, user '{}' can only connect via localhost (amqp.loopback-users)",
                    peer.getHostAddress(),
                    name);
            return Optional.empty();
        }
        return Optional.of(new User(name, known.get().tags()));
    }

    /**
     * Lets a user into a virtual host that exists.
     *
     * @throws AmqpException when nobody gave it permissions there
     */
    public void requireEntry(String user, String vhost) {
        if (permissions(user, vhost) == null) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED, "access to vhost '" + vhost + "' refused for user '" + user + "'");
        }
    }

    /** Changes whenever a user may be allowed something else than before. */
    int version() {
        return version.get();
    }

    /** Users or permissions have changed in the catalog. */
    public void changed() {
        version.incrementAndGet();
    }

    Optional<Definition.User> find(String user) {
        return catalog.find(Definition.User.keyOf(user)).map(Definition.User.class::cast);
    }

    /** What a user may do in a virtual host; null for nothing at all. */
    @Nullable
    Permissions permissions(String user, String vhost) {
        DefinitionKey key = Definition.Permission.keyOf(vhost, user);
        Definition stored = catalog.find(key).orElse(null);
        if (!(stored instanceof Definition.Permission permission)) {
            compiled.remove(key);
            return null;
        }
        Permissions known = compiled.get(key);
        if (known == null || !known.definition().equals(permission)) {
            known = new Permissions(permission);
            compiled.put(key, known);
        }
        return known;
    }
}
