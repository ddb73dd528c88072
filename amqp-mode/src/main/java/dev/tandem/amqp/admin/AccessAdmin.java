package dev.tandem.amqp.admin;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Virtual hosts, users and permissions: read models from memory, and actions. An action's result is there when it is synced.
 * One that is asked for what makes no sense throws {@link IllegalArgumentException} with a sentence.
 */
public interface AccessAdmin {

    /** The tags of a user with this name and password who comes from this address; empty when it is refused. */
    Optional<List<String>> login(String user, String password, InetAddress peer);

    /** Names of virtual hosts, in order. */
    List<String> vhosts();

    /** Makes a virtual host; false when it was there. */
    CompletableFuture<Boolean> putVhost(String name);

    /** Deletes a virtual host with all that is in it and closes its connections; false when there is none. */
    CompletableFuture<Boolean> deleteVhost(String name);

    /** By name. */
    List<UserView> users();

    /** Makes a user, or changes everything about it; true when it is new. */
    CompletableFuture<Boolean> putUser(UserChange change);

    /** Deletes a user with its permissions and closes its connections; false when there is none. */
    CompletableFuture<Boolean> deleteUser(String name);

    /** By virtual host and user. */
    List<PermissionView> permissions();

    /** Sets what a user may do in a virtual host; true when it could do nothing there before, empty when one is missing. */
    CompletableFuture<Optional<Boolean>> putPermission(PermissionView permission);

    /** Keeps a user out of a virtual host it is not in yet, and from everything where it is; false when it was so before. */
    CompletableFuture<Boolean> deletePermission(String vhost, String user);

    /**
     * A user.
     *
     * @param passwordHash in the form that {@code hashingAlgorithm} names
     */
    record UserView(String name, String passwordHash, String hashingAlgorithm, List<String> tags) {
        public UserView {
            tags = List.copyOf(tags);
        }

        @Override
        public String toString() {
            return "UserView[name=" + name + "]";
        }
    }

    /**
     * What a user is to be; either a password is given or a hash.
     *
     * @param passwordHash an empty one keeps everybody out
     * @param hashingAlgorithm of the hash
     */
    record UserChange(
            String name,
            Optional<String> password,
            Optional<String> passwordHash,
            String hashingAlgorithm,
            List<String> tags) {
        public UserChange {
            tags = List.copyOf(tags);
        }

        @Override
        public String toString() {
            return "UserChange[name=" + name + "]";
        }
    }

    /** What a user may do in a virtual host: regular expressions over the names of queues and exchanges. */
    record PermissionView(String user, String vhost, String configure, String write, String read) {}
}
