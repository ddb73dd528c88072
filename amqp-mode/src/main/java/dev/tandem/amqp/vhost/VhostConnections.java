package dev.tandem.amqp.vhost;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Which connection is in which virtual host. A connection keeps the one that it entered, even when that is deleted and
 * another one made under its name. Safe for use from any thread.
 */
public final class VhostConnections {
    private final Map<ConnectionPort, Stay> stays = new ConcurrentHashMap<>();

    private record Stay(VirtualHost vhost, CompletableFuture<Void> left) {}

    /** A connection comes in; from now on it may be told to go. */
    public void add(ConnectionPort connection, VirtualHost vhost) {
        stays.put(connection, new Stay(vhost, new CompletableFuture<>()));
    }

    /** A connection that came in was not welcome: it has left nothing behind. */
    public void turnAway(ConnectionPort connection) {
        Stay stay = stays.remove(connection);
        if (stay != null) {
            stay.left.complete(null);
        }
    }

    /** Where a connection is. */
    public VirtualHost vhostOf(ConnectionPort connection) {
        Stay stay = stays.get(connection);
        if (stay == null) {
            throw new IllegalStateException(connection.name() + " is in no virtual host");
        }
        return stay.vhost;
    }

    /** A connection is over; completes when its exclusive queues are gone. */
    public CompletableFuture<Void> leave(ConnectionPort connection) {
        Stay stay = stays.remove(connection);
        if (stay == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> left = stay.vhost.connectionClosed(connection);
        left.whenComplete((done, failure) -> stay.left.complete(null));
        return left;
    }

    /** Closes the connections of a virtual host, with {@code 320 CONNECTION_FORCED}; completes when they are gone. */
    CompletableFuture<Void> closeIn(VirtualHost vhost, String reason) {
        return close((connection, stay) -> stay.vhost == vhost, reason);
    }

    /** Closes the connections of a user, likewise. */
    public CompletableFuture<Void> closeOf(String user, String reason) {
        return close((connection, stay) -> connection.user().name().equals(user), reason);
    }

    private CompletableFuture<Void> close(BiPredicate<ConnectionPort, Stay> which, String reason) {
        return CompletableFuture.allOf(stays.entrySet().stream()
                .filter(entry -> which.test(entry.getKey(), entry.getValue()))
                .map(entry -> {
                    ConnectionPort connection = entry.getKey();
                    connection
                            .eventLoop()
                            .execute(() ->
                                    connection.closeConnection(new AmqpException(ReplyCode.CONNECTION_FORCED, reason)));
                    return entry.getValue().left;
                })
                .toArray(CompletableFuture<?>[]::new));
    }
}
