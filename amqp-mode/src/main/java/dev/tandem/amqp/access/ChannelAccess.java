package dev.tandem.amqp.access;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.User;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a channel's user may do. Remembers what was allowed, as RabbitMQ's channels do, until any user or permission changes.
 * Belongs to the channel's event loop.
 */
public final class ChannelAccess {
    private static final int MAX_REMEMBERED = 64;

    private final AccessControl control;
    private final User user;
    private final String vhost;
    private final Set<Grant> granted = new HashSet<>();
    private @Nullable Permissions permissions;
    private int version;

    private record Grant(Permission permission, Resource resource) {}

    /** The access of a user in a virtual host. */
    public ChannelAccess(AccessControl control, User user, String vhost) {
        this.control = control;
        this.user = user;
        this.vhost = vhost;
        this.version = control.version();
        this.permissions = control.permissions(user.name(), vhost);
    }

    /** What was allowed with one version need not be with another. */
    public int version() {
        return control.version();
    }

    /**
     * Checks a permission.
     *
     * @throws AmqpException {@code 403 ACCESS_REFUSED} when the user does not have it
     */
    public void require(Permission permission, Resource resource) {
        AmqpException refusal = refusal(permission, resource);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Why a permission is missing; null when it is not. */
    public @Nullable AmqpException refusal(Permission permission, Resource resource) {
        int current = control.version();
        if (current != version) {
            granted.clear();
            permissions = control.permissions(user.name(), vhost);
            version = current;
        }
        var grant = new Grant(permission, resource);
        if (granted.contains(grant)) {
            return null;
        }
        if (permissions == null || !permissions.allow(permission, resource.name())) {
            return new AmqpException(
                    ReplyCode.ACCESS_REFUSED,
                    permission.word() + " access to " + resource.kind() + " '" + resource.name() + "' in vhost '"
                            + vhost + "' refused for user '" + user.name() + "'");
        }
        if (granted.size() >= MAX_REMEMBERED) {
            granted.clear();
        }
        granted.add(grant);
        return null;
    }
}
